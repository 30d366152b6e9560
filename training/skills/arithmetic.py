"""Addition and subtraction of numbers up to 99.

The answer repeats the sum and works tens and ones apart, as one would in one's
head: "27 + 48 = 60 + 15 = 75", "75 - 48 = 30 - 3 = 27". So each step is one
look-up in the table of single digits, which a very small model can learn.
One pair of numbers in ten is held out for the test (not of the single digits).
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
        if not plus and b > a and rng.random() < 0.95:
            a, b = b, a
        if split == "train" and a < 10 and b < 10:
            return a, b, plus
        if a < 10 and b < 10:
            continue
        if ((a * 100 + b) * 2654435761 >> 7) % 10 == (3 if split == "test" else -1):
            return a, b, plus
        if split == "train" and ((a * 100 + b) * 2654435761 >> 7) % 10 != 3:
            return a, b, plus


def _solved(a, b, plus):
    sign = 1 if plus else -1
    total = a + sign * b
    tens, ones = a // 10 * 10 + sign * (b // 10 * 10), a % 10 + sign * (b % 10)
    middle = f"{tens} {'-' if ones < 0 else '+'} {abs(ones)} = " if a > 9 or b > 9 else ""
    return f"{a} {'+' if plus else '-'} {b} = {middle}{total}"


def turn(rng, split):
    """One sum or difference."""
    a, b, plus = pair(rng, split)
    ask = rng.choice(wordings(_PLUS if plus else _MINUS, split))
    spelled = max(a, b) <= 20 and rng.random() < 0.15
    text = ask.format(a=_ONES[a] if spelled else a, b=_ONES[b] if spelled else b)
    result = str(a + b if plus else a - b)
    short = result if a < 10 and b < 10 else None
    return Turn(style(rng, text, keep="apples" if not spelled else ""), _solved(a, b, plus), short, [result], "number")


def drill(rng, split):
    """Several sums at once: many targets in few tokens, used in training only."""
    if rng.random() < 0.4:
        sums = [(rng.randint(0, 9), rng.randint(0, 9), rng.random() < 0.5) for _ in range(rng.randint(4, 12))]
        sums = [s if s[2] or s[0] >= s[1] else (s[1], s[0], False) for s in sums]
    else:
        sums = [pair(rng, split) for _ in range(rng.randint(2, 6))]
    gap = rng.choice(("", " "))
    text = ", ".join(f"{a}{gap}{'+' if p else '-'}{gap}{b}" for a, b, p in sums)
    return Turn(rng.choice(("", "solve ", "Calculate: ", "compute ")) + text, "\n".join(_solved(*s) for s in sums))
