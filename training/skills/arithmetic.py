"""Addition and subtraction of numbers up to 99.

The answer repeats the sum ("23 + 45 = 68"), so that the digits to be added
always stand in the same form next to the result. One pair of numbers in ten
is held out for the test.
"""
from phrasing import Turn, style, wordings

_PLUS = ["what is {a} + {b}?", "{a}+{b}", "{a} + {b}", "{a} + {b} = ?", "{a}+{b}=", "{a} plus {b}", "what is {a} plus {b}?", "what's {a} plus {b}?",
         "add {a} and {b}.", "how much is {a} + {b}?", "how much is {a} plus {b}?", "calculate {a} + {b}", "the sum of {a} and {b}?",
         "can you add {a} and {b}?", "what do you get if you add {a} and {b}?", "compute {a}+{b}", "what is {a} and {b} together?", "solve {a} + {b}",
         "i have {a} apples and get {b} more. how many do i have?", "what's {a}+{b}?", "{a} + {b} please", "please add {a} to {b}", "sum {a} and {b}",
         "~please work out {a} + {b}", "~can you tell me what {a} plus {b} is?", "~what is the sum of {a} and {b}?", "~how much do {a} and {b} make?"]
_MINUS = ["what is {a} - {b}?", "{a}-{b}", "{a} - {b}", "{a} - {b} = ?", "{a}-{b}=", "{a} minus {b}", "what is {a} minus {b}?", "what's {a} minus {b}?",
          "subtract {b} from {a}.", "how much is {a} - {b}?", "how much is {a} minus {b}?", "calculate {a} - {b}", "take {b} from {a}", "take {b} away from {a}",
          "the difference of {a} and {b}?", "compute {a}-{b}", "solve {a} - {b}", "i have {a} apples and lose {b}. how many are left?", "what's {a}-{b}?",
          "{a} - {b} please", "please subtract {b} from {a}", "{a} take away {b}",
          "~please work out {a} - {b}", "~can you tell me what {a} minus {b} is?", "~what is left of {a} if i take {b} away?", "~what do you get for {a} - {b}?"]
_ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty".split()


def pair(rng, split):
    """(a, b, plus?) from the split's pairs; small numbers are somewhat more frequent."""
    while True:
        top = 99 if rng.random() < 0.75 else rng.choice((9, 20, 50))
        a, b, plus = rng.randint(0, top), rng.randint(0, 99 if rng.random() < 0.8 else 9), rng.random() < 0.55
        if not plus and b > a and rng.random() < 0.9:
            a, b = b, a
        if ((a * 100 + b) * 2654435761 >> 7) % 10 == (3 if split == "test" else -1):
            return a, b, plus
        if split == "train" and ((a * 100 + b) * 2654435761 >> 7) % 10 != 3:
            return a, b, plus


def _solved(a, b, plus):
    return f"{a} {'+' if plus else '-'} {b} = {a + b if plus else a - b}"


def turn(rng, split):
    """One sum or difference."""
    a, b, plus = pair(rng, split)
    ask = rng.choice(wordings(_PLUS if plus else _MINUS, split))
    spelled = max(a, b) <= 20 and rng.random() < 0.15
    text = ask.format(a=_ONES[a] if spelled else a, b=_ONES[b] if spelled else b)
    result = str(a + b if plus else a - b)
    return Turn(style(rng, text, keep="apples" if not spelled else ""), _solved(a, b, plus), result, [result], "number")


def drill(rng, split):
    """Several sums at once: many targets in few tokens, used in training only."""
    sums = [pair(rng, split) for _ in range(rng.randint(2, 8))]
    gap = rng.choice(("", " "))
    text = ", ".join(f"{a}{gap}{'+' if p else '-'}{gap}{b}" for a, b, p in sums)
    return Turn(rng.choice(("", "solve ", "Calculate: ", "compute ")) + text, "\n".join(_solved(*s) for s in sums))
