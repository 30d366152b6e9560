"""How a user may write something: templates, casing, punctuation, typos.

A template list marks its held-out wordings with a leading "~"; those are used
for the test only, the others for training only.
"""
from dataclasses import dataclass, field

LEADS = ("hey, ", "hi, ", "please tell me: ", "quick question: ", "can you tell me: ", "tell me, ", "so, ", "ok, ",
         "i have a question. ", "do you know this: ", "help me: ", "um, ", "one more: ", "another question: ", "and ",
         "now ", "well, ", "i wonder: ")
LEADS_TEST = ("i would like to know: ", "question: ", "hello! ")
TAILS = (" please", " thanks", ", please?", ", do you know?", " (just curious)", " thank you", " any idea?", " right now")
TAILS_TEST = (", if you can?", " i forgot", ", my friend?")


@dataclass
class Turn:
    """One question and its answer.

    answer: the full answer; short: the one-word answer, if there is one;
    expect/match: how the test judges the answer (see evaluate.py).
    """
    user: str
    answer: str
    short: str = None
    expect: list = field(default_factory=list)
    match: str = "contains"


def wordings(templates, split):
    """The templates that belong to the split, without their mark."""
    if split == "test":
        return [t[1:] for t in templates if t.startswith("~")]
    return [t for t in templates if not t.startswith("~")]


def wrap(rng, text, split, share=0.3):
    """Sometimes puts a lead before the text or a tail after it."""
    dice = rng.random()
    if dice < share * 0.65:
        return rng.choice(LEADS_TEST if split == "test" else LEADS) + text
    if dice < share:
        return text.rstrip("?.!") + rng.choice(TAILS_TEST if split == "test" else TAILS)
    return text


def typo(rng, text, keep=""):
    """One slip of the finger in a longer word that is not part of `keep`."""
    words = text.split(" ")
    spots = [i for i, w in enumerate(words) if len(w) > 3 and w.isalpha() and w not in keep]
    if not spots:
        return text
    i = rng.choice(spots)
    word, j = words[i], rng.randrange(1, len(words[i]) - 1)
    kind = rng.random()
    if kind < 0.4:
        word = word[:j] + word[j + 1] + word[j] + word[j + 2:]
    elif kind < 0.75:
        word = word[:j] + word[j + 1:]
    else:
        word = word[:j] + word[j] + word[j:]
    words[i] = word
    return " ".join(words)


def style(rng, text, keep="", shout=False):
    """The text as some user would type it; words in `keep` are not misspelt.

    Lower case, a missing final mark, a typo; with `shout` rarely all capitals.
    """
    if rng.random() < 0.05:
        text = typo(rng, text, keep)
    dice = rng.random()
    if dice < 0.25 and not keep:
        text = text.lower()
    elif dice < 0.27 and shout:
        text = text.upper()
    elif dice < 0.80:
        text = text[:1].upper() + text[1:]
    if rng.random() < 0.3:
        text = text.rstrip("?.!")
    return text
