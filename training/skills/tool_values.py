"""Values of arguments: how the user says one, and what stands in the call.

A kind is a name, or a name with its choices: "enum(small|large)", "bool(loudly/quietly)".
"""
import re

import words

_ADDRESS = "box post desk office team sales support info home mail".split()
_ADDRESS_TEST = "studio lab front billing".split()
_DAYS = "monday tuesday wednesday thursday friday saturday sunday today tomorrow tonight".split()
_MONTHS = "January February March April May June July August September October November December".split()
_PHRASE = """hello i am late see you soon the door is open call me back we are at home dinner is ready buy milk good
morning thank you for all the train was slow come at noon my dog is lost happy birthday to please wait for us bring
your book rain is coming new song old town red car blue house big tree small garden first day last night""".split()
_PHRASE_TEST = """meet under bridge parcel arrived keys lost concert moved tickets sold lunch cancelled great news fresh
coffee broken window quiet evening""".split()
_NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split()
TYPES = {"int": "integer", "count": "integer", "big": "integer", "decimal": "number", "bool": "boolean"}


def _phrase(rng, split):
    stock = _PHRASE_TEST + _PHRASE[:30] if split == "test" else _PHRASE
    parts = [rng.choice(stock) for _ in range(rng.randint(2, 5))]
    if rng.random() < 0.5:
        parts[rng.randrange(len(parts))] = words.made_up(rng, split)
    return " ".join(parts)


def _code(rng, split):
    letters = "".join(rng.choice("ABCDEFGHJKLMNPRSTUVWXYZ") for _ in range(rng.randint(1, 3)))
    digits = str(rng.randrange(10, 99999))
    return rng.choice((letters + "-" + digits, letters + digits, letters + digits, digits))


def _date(rng, split):
    if rng.random() < 0.4:
        return f"{rng.randint(2020, 2031)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
    return f"{rng.randint(1, 28)} {rng.choice(_MONTHS)}"


def _email(rng, split):
    first = rng.choice((words.name(rng, split).lower(), words.made_up(rng, split), rng.choice(_ADDRESS_TEST if split == "test" else _ADDRESS)))
    return f"{first}@{words.made_up(rng, split)}.{rng.choice(('com', 'org', 'net', 'de', 'io'))}"


def _either(*kinds):
    return lambda rng, split: rng.choice(kinds)(rng, split)


_TEXTS = {
    "place": words.place, "name": words.name, "person": _either(words.name, words.name, words.full_name), "word": words.made_up,
    "code": _code, "date": _date, "email": _email, "phrase": _phrase, "colour": words.colour, "food": words.food,
    "sum": lambda rng, split: rng.choice(("{0} * {1}", "{0} + {1}", "{0} - {1}", "{0} / {1}", "{0}*{1}", "{0}+{1}", "{0}-{1}", "({0} + {1}) * {2}", "{0} + {1} + {2}")).format(*(rng.randint(1, 999) for _ in range(3))),
    "day": lambda rng, split: rng.choice(_DAYS), "time": lambda rng, split: f"{rng.randint(0, 23)}:{rng.randint(0, 59):02}",
    "title": lambda rng, split: " ".join(words.made_up(rng, split).capitalize() for _ in range(rng.randint(1, 3))),
    "topic": lambda rng, split: rng.choice((words.hobby, words.food, words.made_up, words.job))(rng, split),
}


def type_of(kind):
    """The JSON Schema type."""
    return TYPES.get(kind.split("(")[0], "string")


def choices_of(kind):
    """The choices of an enum, or None."""
    return kind[5:-1].split("|") if kind.startswith("enum(") else None


def value(rng, split, kind):
    """(as the user says it, as the call has it)."""
    if kind.startswith("enum("):
        chosen = rng.choice(choices_of(kind))
        return chosen.replace("_", " "), chosen
    if kind.startswith("bool("):
        said = re.match(r"bool\((.*)/(.*)\)", kind)
        truth = rng.random() < 0.5
        return said[1] if truth else said[2], truth
    if kind == "count":
        number = rng.randint(1, 12)
        return (_NUMBERS[number - 1] if rng.random() < 0.15 else str(number)), number
    if kind == "int":
        number = rng.randint(1, 100) if rng.random() < 0.8 else rng.randint(100, 999)
        return str(number), number
    if kind == "big":
        number = rng.randint(10, 99999)
        return str(number), number
    if kind == "decimal":
        number = rng.randint(1, 999) / rng.choice((10, 10, 100))
        return json_number(number), number if number != int(number) else int(number)
    text = _TEXTS[kind](rng, split)
    if kind in ("place", "name", "person") and rng.random() < 0.12:
        text = text.lower()
    return text, text


def json_number(number):
    """A number as JSON has it, 3 rather than 3.0."""
    return str(int(number)) if number == int(number) else str(number)
