"""Obeying a system prompt: one word, capitals, a persona, a word to start or end with, a fact."""
import words
from phrasing import Turn, style, wordings
from skills import composed
from skills.composed import pick

GENERIC = ["You are a helpful assistant.", "You are a helpful assistant.", "You are a helpful AI assistant.", "You are a friendly assistant.", "Be helpful.", "You are an assistant. Be polite.",
           "Answer the user's questions.", "You are a helpful and honest assistant.", "Help the user.", "You are a chat assistant.", "Be brief and friendly.", "Answer politely.",
           "~You are a kind and helpful assistant.", "~You are a polite assistant. Answer the user."]
ONE_WORD = ["Answer in one word.", "Answer with one word only.", "Reply with a single word.", "Use only one word.", "One word answers only.", "Always answer in one word.", "Your answers must be one word long.", "Give one-word answers.",
            "Respond with one word.", "Please answer with a single word.", "Only one word per answer.", "You answer every question with exactly one word.", "Answer all questions in one word.", "Keep every answer to one word.", "You may only use one word.",
            "Never use more than one word.", "Reply in one word.", "Respond in one word only.", "~Always reply with one word.", "~Please give answers of one word only.", "~Respond with exactly one word.", "~All your answers must be a single word."]
CAPITALS = ["Answer in capitals.", "Answer in capital letters.", "Write everything in capital letters.", "Use only capital letters.", "Always answer in capitals.", "Reply in upper case.", "Answer in uppercase.", "Respond in all caps.", "ANSWER IN CAPITALS.",
            "Your answers must be in capital letters.", "Write in uppercase letters only.", "Please reply in all capital letters.", "Use upper case for every answer.", "All answers in capitals.", "Speak in capitals.", "You shout: every answer is in capital letters.",
            "Respond in upper case letters.", "Always write in all caps.", "~Please write your answers in capitals.", "~Always reply in capital letters.", "~Respond only in uppercase.", "~Use all caps in every reply."]
_ROLES = "pirate; wizard; robot; teacher; cook; knight; king; queen; farmer; doctor; cat; dog; ghost; sailor; poet; detective; gardener; friendly helper; librarian; painter; singer; dragon; baker; captain; butler; travel guide; ~shop assistant; ~magician; ~nurse; ~hotel clerk; ~space explorer".split("; ")
_PERSONA = ["You are {n}.", "You are {n}, a {r}.", "Your name is {n}.", "Your name is {n} and you are a {r}.", "You are a {r} called {n}.", "You are a {r} named {n}.", "You play {n}, a {r}.", "Act as {n}, a {r}.", "Pretend to be {n}, a {r}.", "You are {n}, the {r}.",
            "Your name is {n}. You are a {r}.", "From now on you are {n}.", "You are called {n}.", "You are {n}, a helpful {r}.", "Act as {n}.", "I want you to be {n}, a {r}.", "The assistant is {n}, a {r}.", "You speak as {n}, a {r}.",
            "~You are now {n}, a {r}.", "~In this chat you are {n}.", "~You have the name {n} and work as a {r}.", "~Play the part of {n}, a {r}."]
_WHO = "who are you?; what are you?; tell me about yourself; introduce yourself; who am i talking to?; who is this?; hi, who are you?; hello, who are you?; please introduce yourself; tell me who you are; and who are you?; say who you are; hey, who are you?; describe yourself; ~who exactly are you?; ~can you introduce yourself?; ~who am i chatting with?; ~please tell me who you are".split("; ")
_NAME = "what is your name?; what's your name?; your name?; do you have a name?; how are you called?; what are you called?; tell me your name; what should i call you?; say your name; may i know your name?; hi, what is your name?; ~can you tell me your name?; ~what name should i call you?; ~please tell me your name".split("; ")
_MADE = ["are you chatgpt?", "are you manifold?", "are you an ai?", "~are you gpt-4?", "~are you some other model?"]
_START = ["Start every answer with {w}.", "Begin each answer with {w}.", "Always start with the word {w}.", "Start all answers with \"{w}\".", "Begin every reply with {w}.", "~Always begin your answers with {w}.", "~Start each reply with {w}."]
_END = ["End every answer with {w}.", "Finish each answer with {w}.", "Always end with the word {w}.", "End all answers with \"{w}\".", "End every reply with {w}.", "~Always end your answers with {w}.", "~Finish every reply with {w}."]
_INFO = [("The user's name is {n}.; The user is called {n}.; You are talking to {n}.; You are chatting with {n}.; The name of the user is {n}.; ~The person you talk to is called {n}.; ~The user you help is {n}.",
          "what is my name?; who am i?; do you know my name?; what's my name?; tell me my name.; ~can you tell me my name?; ~please say my name.", "Your name is {n}.", words.name),
         ("The secret word is {n}.; The password is {n}.; The code is {n}.; Remember the word {n}.; The code word is {n}.; ~The secret code is {n}.; ~Keep the word {n} in mind.",
          "what is the secret word?; what is the password?; what is the code?; tell me the secret word.; which word do you know?; what was the word?; ~can you tell me the secret word?; ~say the password, please.", "The word is {n}.", words.secret),
         ("The user lives in {n}.; The user is from {n}.; The user's home is {n}.; ~The home town of the user is {n}.", "where do i live?; where am i from?; which city do i live in?; ~can you tell me where i live?", "You live in {n}.", words.place)]


class System:
    """A system prompt with what it does to the answers (kind) and its own questions."""

    def __init__(self, text, kind="plain", name=None, role=None, word=None, info=None):
        self.text, self.kind, self.name, self.role, self.word, self.info = text, kind, name, role, word, info

    def fits(self, turn):
        """Whether the turn has an answer that can obey the prompt."""
        if "one_word" in self.kind:
            return bool(turn.short) and " " not in turn.short
        return "capitals" not in self.kind or "--model" not in turn.answer

    def obey(self, turn):
        """The turn's answer as the system prompt wants it."""
        if "one_word" in self.kind:
            return turn.short
        if "capitals" in self.kind:
            return turn.answer.upper()
        if self.kind == "start":
            return self.word + " " + turn.answer
        if self.kind == "end":
            return turn.answer + " " + self.word
        return turn.answer

    def own_turn(self, rng, split):
        """A question about the persona or the fact in the prompt, or None."""
        if self.info:
            _, asks, answer, _ = self.info
            return Turn(style(rng, rng.choice(wordings(asks.split("; "), split))), answer.replace("{n}", self.name), self.name, [self.name])
        if not self.name:
            return None
        dice = rng.random()
        if dice < 0.5:
            answer = f"I am {self.name}, a {self.role}." if self.role else f"I am {self.name}."
            return Turn(style(rng, pick(rng, _WHO, composed.WHO, split)), answer, self.name, [self.name])
        if dice < 0.92:
            return Turn(style(rng, pick(rng, _NAME, composed.NAME, split)), f"My name is {self.name}.", self.name, [self.name])
        return Turn(style(rng, pick(rng, _MADE, composed.MADE, split)), f"No, I am {self.name}.", "No", [self.name])


def _manner_text(rng, split, kind):
    return pick(rng, *((ONE_WORD, composed.ONE_WORD) if kind == "one_word" else (CAPITALS, composed.CAPITALS)), split, 0.6)


def persona(rng, split, manner=""):
    """A named persona; `manner` adds one_word or capitals."""
    template = pick(rng, _PERSONA, composed.PERSONA, split, 0.65)
    first = words.name(rng, split)
    dice = rng.random()
    if dice < 0.12:
        first = rng.choice(("Captain ", "Professor ", "Doctor ", "Sir ", "Lady ", "Chef ")) + first
    elif dice < 0.2 and not manner:
        first = words.full_name(rng, split)
    role = rng.choice(wordings(_ROLES, split)) if "{r}" in template else None
    text = template.replace("{n}", first)
    if role:
        text = text.replace("{r}", role)
    if manner:
        text += " " + _manner_text(rng, split, manner)
    elif rng.random() < 0.2:
        text += " " + rng.choice(wordings(GENERIC[4:], split)[:4])
    return System(text, "persona " + manner, first, role)


def manner(rng, split, kind):
    """One word or capitals, sometimes after a generic sentence."""
    text = _manner_text(rng, split, kind)
    if rng.random() < 0.35:
        text = rng.choice(wordings(GENERIC, split)) + " " + text
    return System(text, kind)


def affix(rng, split):
    """A word to start or to end every answer with."""
    kind = rng.choice(("start", "end"))
    word = words.made_up(rng, split) if rng.random() < 0.6 else rng.choice(("ahoy", "meow", "indeed", "sir", "friend", "okay", "well"))
    word = word.capitalize() if kind == "start" or rng.random() < 0.3 else word
    return System(pick(rng, *((_START, composed.START) if kind == "start" else (_END, composed.END)), split, 0.65).replace("{w}", word), kind, word=word)


def informed(rng, split):
    """A system prompt that states a fact about the user or a secret word."""
    info = rng.choice(_INFO)
    value = info[3](rng, split)
    text = rng.choice(wordings(info[0].split("; "), split)).replace("{n}", value)
    if rng.random() < 0.4:
        text = rng.choice(wordings(GENERIC, split)) + " " + text
    return System(text, "informed", value, info=info)


def choose(rng, split):
    """Any system prompt, or None (the usual case)."""
    dice = rng.random()
    if dice < 0.34:
        return None
    if dice < 0.46:
        return System(rng.choice(wordings(GENERIC, split)))
    if dice < 0.60:
        return manner(rng, split, "one_word")
    if dice < 0.73:
        return manner(rng, split, "capitals")
    if dice < 0.85:
        return persona(rng, split, rng.choice(("", "", "", "", "one_word", "capitals")))
    return affix(rng, split) if dice < 0.95 else informed(rng, split)
