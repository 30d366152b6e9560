"""Saying plainly that something is not known or cannot be done."""
import words
from phrasing import Turn, style, wordings, wrap
from skills import composed
from skills.memory import OTHERS, THINGS

_ASK = [  # templates, answer
    (["who is {p}?", "who was {p}?", "do you know {p}?", "tell me about {p}.", "who's {p}?", "what do you know about {p}?", "have you heard of {p}?", "what did {p} do?", "what can you tell me about {p}?", "who on earth is {p}?", "what is known about {p}?", "give me some facts about {p}.", "say something about {p}.",
      "can you tell me who {p} is?", "is {p} famous?", "why is {p} famous?", "describe {p}.", "~could you tell me about {p}?", "~what can you say about {p}?", "~who exactly is {p}?"],
     "I do not know who {p} is."),
    (["when was {p} born?", "how old is {p}?", "where does {p} live?", "where was {p} born?", "when did {p} die?", "is {p} married?", "what year was {p} born in?", "which town does {p} live in?", "what age is {p}?", "do you know when {p} was born?", "do you know how old {p} is?", "in which house does {p} live?", "what is {p}'s phone number?", "what does {p} like?",
      "what is the job of {p}?", "how tall is {p}?", "what is {p} doing now?", "~in what year was {p} born?", "~do you know where {p} lives?", "~what is the age of {p}?"],
     "I do not know anything about {p}."),
    (["what is a {w}?", "what is {w}?", "what does {w} mean?", "explain {w}.", "what is the meaning of {w}?", "what's a {w}?", "tell me about {w}.", "how does a {w} work?", "do you know what a {w} is?",
      "what is a {w} made of?", "what does {w} stand for?", "what is meant by {w}?", "do you know the word {w}?", "what do you know about {w}?", "could you explain {w}?", "can you tell me what {w} means?", "what colour is a {w}?", "what sound does a {w} make?", "what is the opposite of {w}?", "what is a baby {w} called?", "how many legs does a {w} have?",
      "~can you explain what a {w} is?", "~what does the word {w} mean?", "~what do you know about the {w}?"], "I do not know what {w} is."),
    (["what is the capital of {c}?", "capital of {c}?", "what's the capital of {c}?", "which city is the capital of {c}?", "name the capital of {c}.", "tell me the capital of {c}.", "{c}'s capital?",
      "what is {c}'s capital city?", "do you know the capital of {c}?", "what city is the capital of {c}?", "what is the capital city of {c}?", "give me the capital of {c}.", "what is the name of the capital of {c}?",
      "~may i ask what the capital of {c} is?", "~what do we call the capital city of {c}?", "~which is the capital of {c}?"], "I do not know the capital of {c}."),
    (["who is the president of {c}?", "how many people live in {c}?", "who is the king of {c}?", "what language do people speak in {c}?", "what is the history of {c}?", "where is {c}?", "how far away is {c}?", "how do i get to {c}?", "can i travel to {c}?", "what is there to see in {c}?", "who leads {c}?", "how big is {c}?", "what is the money in {c} called?",
      "on which continent is {c}?", "tell me about {c}.", "what is the weather in {c}?", "~who rules {c}?", "~what can i see in {c}?", "~how far is it to {c}?"], "I do not know anything about {c}."),
]
_LIVE = """what is the weather today?; what's the weather like?; will it rain tomorrow?; what time is it?; what day is it today?; what is today's date?; what is the date?; what year is it?; what is in the news?; any news today?; who won the game yesterday?;
who won the match?; what is the price of gold?; how much does a car cost?; what is the stock price?; is it raining?; is it cold outside?; which day is it?; what are the news?; how warm is it outside?; what time is it now?; do you know the time?; what will happen tomorrow?; what is on tv tonight?;
is the shop open today?; what is the temperature outside?; when does my train leave?; where am i right now?; what am i thinking?; what did i eat today?; who will win the election?; ~is it going to rain today?; ~do you know what time it is?; ~can you tell me the date today?; ~how is the weather right now?; ~what was in the news today?; ~who won the match yesterday?; ~what is the price of a house?""".replace("\n", " ")
_TASKS = """write a poem; write me a poem about love; write code for me; write a python program; write an essay about dogs; write a story; translate this into french; translate hello to spanish; summarise this text; write a letter to my boss; plan my holiday; write an email;
give me a recipe for cake; how do i cook pasta?; explain quantum physics; explain the theory of relativity; how do i fix my car?; give me medical advice; write a song; how does a computer work?; prove this theorem; solve this equation; draw a picture; play a game with me; search the internet; open a website;
write a function that sorts a list; explain how rockets work; what is the meaning of life?; how do i learn python?; what is machine learning?; recommend a movie; how do i lose weight?; write a joke about my boss in french; book a flight; call my mother; set an alarm; write javascript code; correct my text; tell me a long story;
~write a short story about a king; ~can you write code in java?; ~translate this sentence into german; ~how do i bake bread?; ~explain how a car engine works; ~please write an email to my teacher; ~write a poem about the sea; ~summarise this article for me""".replace("\n", " ")
_MATH = ["what is {a} * {b}?", "{a} * {b}", "{a} times {b}", "what is {a} times {b}?", "{a} / {b}", "divide {a} by {b}", "multiply {a} by {b}", "what is the square root of {a}?", "what is {c} + {d}?", "{c} + {d}", "{c} - {b}", "{c}+{d}",
         "~how much is {a} times {b}?", "~please multiply {a} and {b}", "~what is {a} divided by {b}?", "~how much is {c} + {d}?"]
_KEYS = ["do not know", "don't know", "cannot", "can't", "only add", "not told"]
LIVE_ANSWER = "I do not know. I cannot see the world outside this chat."
TASK_ANSWER = "I cannot do that: I am a very small model. A bigger model can do it."
MATH_ANSWER = "I cannot do that. I can only add and subtract numbers up to 99."


def never_told(rng, split):
    """A question about something the user has not said."""
    thing = rng.choice(OTHERS) if rng.random() < 0.3 else rng.choice(THINGS)
    user = style(rng, rng.choice(wordings(thing.ask, split)))
    answer = "You have not told me that yet."
    return Turn(user, answer, "Unknown", _KEYS, "one_of")


def turn(rng, split, context_free=True):
    """Something the model cannot know; the user's own details only with `context_free`."""
    dice = rng.random()
    if dice < 0.12:
        user, answer = composed.pick(rng, [t.strip() for t in _LIVE.split(";")], composed.LIVE, split), LIVE_ANSWER
    elif dice < 0.24:
        user, answer = composed.pick(rng, [t.strip() for t in _TASKS.split(";")], composed.TASKS, split), TASK_ANSWER
    elif dice < 0.33:
        user = composed.pick(rng, _MATH, composed.TIMES, split).format(a=rng.randint(2, 99), b=rng.randint(2, 99), c=rng.randint(101, 9999), d=rng.randint(10, 999))
        answer = MATH_ANSWER
    elif dice < 0.45 and context_free:
        return never_told(rng, split)
    else:
        templates, form = rng.choice(_ASK)
        slots = {"p": words.person_unknown(rng, split), "w": words.made_up(rng, split, rng.choice((2, 3))), "c": words.country_unknown(rng, split)}
        ask = style(rng, wrap(rng, rng.choice(wordings(templates, split)), split, 0.2), keep="{p}{w}{c}")
        for key, value in slots.items():
            if rng.random() < 0.15:
                value = value.lower()
            ask, form = ask.replace("{" + key + "}", value), form.replace("{" + key + "}", value)
        return Turn(ask, form, "Unknown", _KEYS, "one_of")
    return Turn(style(rng, user), answer, "Unknown", _KEYS, "one_of")
