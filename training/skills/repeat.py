"""Repeating what the user wrote: useful in itself, and it teaches copying."""
import words
from phrasing import Turn, style, wordings

_ASK = ["repeat after me: {x}", "repeat: {x}", "say: {x}", "say {x}", "please say {x}", "repeat this: {x}", "echo {x}", "write {x}", "please repeat: {x}", "say the words {x}",
        "copy this: {x}", "can you repeat {x}", "now say {x}", "just say {x}", "type: {x}", "~please write this: {x}", "~i want you to say: {x}", "~repeat the words: {x}"]
_COMMON = """the a my your dog cat house tree water sun moon day night good red blue is was big small happy apple book
hello world we you they like see go come and or with from very song bird fish""".split()


def _some(rng, split):
    if rng.random() < 0.45:
        return rng.choice(_COMMON)
    return words.name(rng, split) if rng.random() < 0.4 else words.made_up(rng, split)


def turn(rng, split, longest=4):
    """Repeat up to `longest` words, at least one of them made up."""
    parts = [words.made_up(rng, split)] + [_some(rng, split) for _ in range(rng.randint(0, longest - 1))]
    rng.shuffle(parts)
    text = " ".join(parts)
    return Turn(style(rng, rng.choice(wordings(_ASK, split)), keep="{x}").replace("{x}", text), text, parts[0] if len(parts) == 1 else None, [text], "exact")


def drill(rng, split):
    """Long lists to repeat, used in training only."""
    parts = [words.made_up(rng, split) if rng.random() < 0.7 else _some(rng, split) for _ in range(rng.randint(3, 14))]
    text = rng.choice((" ", ", ")).join(parts)
    return Turn(rng.choice(wordings(_ASK, split)).replace("{x}", text), text)
