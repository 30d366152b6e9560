"""Remembering what the user said: names, colours, places and more.

A thing to remember has ways to tell it, what to answer, ways to ask for it
and the answer. Values come from the word lists of the split or are made up.
"""
import re

import words
from phrasing import Turn, style, wordings
from skills import composed


class Thing:
    """One kind of thing a user may tell about themselves."""

    def __init__(self, label, value, tell, ask, answer, acknowledge):
        self.label, self.value, self.tell, self.ask = label, value, tell.split("; "), ask.split("; ")
        self.answer, self.acknowledge = answer, acknowledge.split("; ")


_OWN_ACK = "Okay, I will remember that.; "
THINGS = [
    Thing("name", words.name, "my name is {x}.; i am {x}.; i'm {x}.; call me {x}.; hi, i am {x}.; hello, my name is {x}.; hi! my name is {x}.; people call me {x}.; {x} is my name.; hey, i'm {x}.; you can call me {x}.; remember my name: {x}.; i am called {x}.; this is {x}.; my first name is {x}.; hello, i am {x}.; my name's {x}.; ~hello there, my name is {x}!; ~hi, you can call me {x}.; ~hey, my name is {x}.; ~please call me {x}.",
          "what is my name?; what's my name?; who am i?; do you know my name?; how am i called?; do you remember my name?; what did i say my name was?; tell me my name.; say my name.; can you tell me my name?; my name?; what was my name?; what am i called?; do you still know my name?; and what is my name?; remember my name?; so, what's my name?; ~can you remember my name?; ~what is my name again?; ~please tell me my name.; ~do you still remember what my name is?",
          "Your name is {x}.", "Nice to meet you, {x}!; Hello, {x}! Nice to meet you.; Hello, {x}!"),
    Thing("colour", words.colour, "my favourite colour is {x}.; my favorite color is {x}.; i like the colour {x}.; i love {x}, it is my favourite colour.; the colour i like most is {x}.; {x} is my favourite colour.; my favorite colour is {x}.; of all colours i like {x} best.; ~i really like the color {x}, it is my favorite.; ~my favourite color is {x}.; ~my best-loved colour is {x}.",
          "what is my favourite colour?; what's my favorite color?; which colour do i like?; which color do i like most?; what colour do i like?; do you know my favourite colour?; do you remember my favorite color?; tell me my favourite colour.; my favourite colour?; what color is my favorite?; ~can you remember my favourite colour?; ~which one is my favorite color?; ~what was my favourite color again?",
          "Your favourite colour is {x}.", _OWN_ACK + "{x} is a nice colour."),
    Thing("place", words.place, "i live in {x}.; i am from {x}.; i come from {x}.; my home is in {x}.; my home town is {x}.; i was born in {x} and live there.; i'm from {x}.; my city is {x}.; i live in a town called {x}.; {x} is where i live.; ~right now i live in {x}.; ~i am living in {x}.; ~i have my home in {x}.",
          "where do i live?; where am i from?; where do i come from?; which city do i live in?; what is my home town?; in which town do i live?; do you know where i live?; do you remember where i live?; tell me where i live.; where is my home?; which town am i from?; what city am i from?; ~can you tell me where i live?; ~where did i say i live?; ~in what city do i live?",
          "You live in {x}.", _OWN_ACK + "{x} sounds nice."),
    Thing("food", words.food, "my favourite food is {x}.; my favorite food is {x}.; i like to eat {x}.; i love {x}, it is my favourite food.; the food i like most is {x}.; {x} is my favourite food.; i love to eat {x}.; ~i like eating {x} most of all.; ~my favorite meal is {x}.; ~the best food for me is {x}.",
          "what is my favourite food?; what's my favorite food?; what do i like to eat?; which food do i like?; what food do i like most?; do you remember my favourite food?; tell me my favorite food.; which food do i love?; my favourite food?; ~what was my favourite food again?; ~can you remember what i like to eat?; ~which one is my favorite food?",
          "Your favourite food is {x}.", _OWN_ACK + "{x} sounds good."),
    Thing("job", words.job, "i work as a {x}.; i am a {x}.; my job is {x}.; i'm a {x}.; i am a {x} by profession.; i have a job as a {x}.; at work i am a {x}.; i earn my living as a {x}.; i make my money as a {x}.; my profession is {x}.; my job is being a {x}.; i have been a {x} for years.; being a {x} is my job.; my work: {x}.; now i work as a {x}.; i got a job as a {x}.; ~these days i work as a {x}.; ~my work is being a {x}.",
          "what is my job?; what's my job?; what do i do for work?; what do i work as?; which job do i have?; do you remember my job?; tell me my job.; what is my work?; what do i do?; ~can you tell me my job?; ~what was my job again?; ~what kind of job do i have?",
          "You are a {x}.", _OWN_ACK + "Being a {x} sounds interesting."),
    Thing("hobby", words.hobby, "my hobby is {x}.; i like {x} in my free time.; in my free time i like {x}.; my favourite hobby is {x}.; {x} is my hobby.; my hobbies are {x} and nothing else.; ~the hobby i have is {x}.; ~i have one hobby: {x}.",
          "what is my hobby?; what's my hobby?; which hobby do i have?; what do i like in my free time?; do you remember my hobby?; tell me my hobby.; my hobby?; ~what was my hobby again?; ~can you tell me what my hobby is?",
          "Your hobby is {x}.", _OWN_ACK + "{x} sounds fun."),
    Thing("age", lambda rng, split: str(rng.randint(5, 99)), "i am {x} years old.; i'm {x} years old.; my age is {x}.; i am {x} years of age.; i turned {x} today.; i just turned {x}.; ~this year i am {x} years old.; ~i have turned {x}.",
          "how old am i?; what is my age?; what's my age?; do you know how old i am?; tell me my age.; do you remember my age?; my age?; ~can you tell me how old i am?; ~what was my age again?",
          "You are {x} years old.", _OWN_ACK + "{x} is a good age."),
    Thing("secret", words.secret, "the secret word is {x}.; remember this word: {x}.; the password is {x}.; the code is {x}.; my secret word is {x}.; please remember the word {x}.; remember the code {x}.; keep this in mind: {x}.; remember: {x}.; my lucky word is {x}.; ~please keep this secret word: {x}.; ~the code word is {x}.; ~i want you to remember the word {x}.",
          "what is the secret word?; what was the word?; what is the password?; what is the code?; what was the secret word?; what did i ask you to remember?; tell me the secret word.; which word did i tell you?; do you remember the word?; what was the code?; say the password.; ~can you tell me the secret word?; ~what word did i ask you to remember?; ~what was the secret word again?",
          "The word is {x}.", _OWN_ACK),
]
_KIN = "brother sister mother father friend teacher boss neighbour cousin uncle aunt dog cat rabbit horse parrot son daughter wife husband best friend".replace("best friend", "best_friend").split()
_KIN_TELL = "my {k} is called {x}.; my {k}'s name is {x}.; the name of my {k} is {x}.; i have a {k} named {x}.; {x} is my {k}.; i have a {k} called {x}.; the name of my {k} is {x}, remember it.; ~my {k} has the name {x}.; ~{x} is the name of my {k}."
_KIN_ASK = "what is my {k} called?; what is my {k}'s name?; what is the name of my {k}?; who is my {k}?; do you know my {k}'s name?; what's my {k} called?; tell me the name of my {k}.; do you remember the name of my {k}?; how is my {k} called?; ~what name does my {k} have?; ~can you tell me my {k}'s name?"
OTHERS = [Thing(k, words.name, _KIN_TELL.replace("{k}", k.replace("_", " ")), _KIN_ASK.replace("{k}", k.replace("_", " ")),
                "Your " + k.replace("_", " ") + " is called {x}.", _OWN_ACK + "{x} is a nice name.") for k in _KIN]
_LABELS = {"name": "name", "colour": "favourite colour", "food": "favourite food", "job": "job", "hobby": "hobby", "age": "age"}
_LEADS = ("by the way, ", "just so you know, ", "note: ", "for your information, ", "oh, and ", "remember: ", "well, ")
_WEIGHTS = [6, 3, 3, 2, 1.5, 1.5, 1, 3]


def articles(text):
    """The text with "an" before a vowel."""
    return re.sub(r"\b([Aa]) (?=[aeiou])", r"\1n ", text)


def pick(rng, count=1):
    """`count` different things, the user's own name most often."""
    found = []
    while len(found) < count:
        thing = rng.choice(OTHERS) if rng.random() < 0.22 else rng.choices(THINGS, _WEIGHTS)[0]
        if thing not in found:
            found.append(thing)
    return found


def value_of(rng, thing, split):
    """A value, sometimes typed in lower case by the user."""
    value = thing.value(rng, split)
    return value.lower() if rng.random() < 0.12 else value


def told(rng, thing, value, split):
    """The turn in which the user tells the value."""
    text = rng.choice(wordings(thing.tell, split))
    if split == "train" and rng.random() < 0.15:
        text = rng.choice(_LEADS) + text
    text = articles(style(rng, text, keep="{x}").replace("{x}", value))
    acknowledge = articles(rng.choice([a for a in thing.acknowledge if a.strip(" ;")]).strip(" ;").replace("{x}", value))
    return Turn(text, acknowledge[0].upper() + acknowledge[1:] if not acknowledge.startswith(value) else acknowledge)


def asked(rng, thing, value, split):
    """The turn in which the user asks for the value."""
    label = _LABELS.get(thing.label)
    text = style(rng, composed.pick(rng, thing.ask, [p.replace("{l}", label) for p in composed.ASK_MINE] if label else (), split, 0.3 if label else 0))
    return Turn(text, articles(thing.answer.replace("{x}", value)), value, [value], "contains")


def both_told(rng, things, values, split):
    """Two things told in one message."""
    parts = [rng.choice(wordings(t.tell, split)).replace("{x}", v) for t, v in zip(things, values)]
    first = parts[0].rstrip(".!")
    text = rng.choice((first + " and " + parts[1], parts[0] + " " + parts[1].capitalize() if values[1] not in parts[1].split()[0] else parts[0] + " " + parts[1]))
    if values[1] not in text:
        text = first + " and " + parts[1]
    return Turn(style(rng, text, keep=" ".join(values)), rng.choice(("Okay, I will remember that.", "Thank you, I will remember that.")))
