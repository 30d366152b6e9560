"""Common facts, asked in many ways."""
from facts import RELATIONS
from facts_single import SINGLE_FACTS
from phrasing import Turn, style, wordings, wrap

_SIZES = [len(r[1]) ** 0.75 for r in RELATIONS]
_SINGLE_SHARE = 0.27


def turn(rng, split):
    """One question about a fact; the fact itself is known, its wording may be new."""
    if rng.random() < _SINGLE_SHARE:
        answer, short, asks = rng.choice(SINGLE_FACTS)
        ask = rng.choice(wordings(asks, split))
    else:
        _, pairs, asks, form = rng.choices(RELATIONS, _SIZES)[0]
        x, short = rng.choice(pairs)
        ask = rng.choice(wordings(asks, split)).replace("{x}", x)
        answer = form.replace("{x}", x).replace("{y}", short)
        answer = answer[0].upper() + answer[1:]
        for wrong, right in (("A ant", "An ant"), ("A eagle", "An eagle"), ("A octagon", "An octagon"), ("A owl", "An owl"),
                             ("a insect", "an insect"), ("a amphibian", "an amphibian"), ("kind of fish", "fish")):
            answer = answer.replace(wrong, right)
        for noun in ("ant", "eagle", "octagon", "owl"):
            ask = ask.replace(f"a {noun}", f"an {noun}")
    user = style(rng, wrap(rng, ask, split), shout=True)
    return Turn(user, answer, short, [short], "contains")
