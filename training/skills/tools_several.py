"""Several calls at once: one tool for two values, or two tools."""
from phrasing import style
from skills import tool_boxes
from skills.tool_values import value
from skills.toolbox import Use, fill, use

_PAIRS = ("place", "name", "person", "word", "code", "day", "topic", "food", "title", "big")


def _answer(answers):
    return answers[0] if len(set(answers)) == 1 else " ".join(answers)


def _twice(rng, split, tool):
    """The tool's one argument said with two values, or None where it has not exactly one."""
    template, said, values = tool.request(rng, split)
    if len(values) != 1 or len(said) != 1:
        return None
    name = next(iter(values))
    param = next(p for p in tool.params if p.name == name)
    if param.kind not in _PAIRS or '"{' in template:
        return None
    other, second = value(rng, split, param.kind)
    if second == values[name]:
        return None
    user = fill(rng, template, {name: said[name] + " and " + other})
    results = [tool.result(rng, split) for _ in range(2)]
    return Use(user, _answer([r[1] for r in results]), None, [e for r in results for e in r[2]], "contains",
               [(tool.name, values), (tool.name, {name: second})], [r[0] for r in results])


def _both(rng, split, tools):
    """Two tools asked for in one sentence, or None where the sentence would be unclear."""
    first, second = rng.sample(tools, 2)
    if any(p.kind in ("phrase", "title") for p in first.params):
        return None
    (one, said, values), (two, more, others) = first.request(rng, split), second.request(rng, split, lead=False)
    both = fill(rng, one, said).rstrip("?.! "), fill(rng, style(rng, two, keep=" "), more)
    glue = rng.choice((", then ", " and also ") if split == "test" else (" and ", " and ", " and then ", ", and ", ". ", ". Then ", " and please "))
    user = both[0] + glue + (both[1] if ". " == glue else both[1][:1].lower() + both[1][1:] if not two.startswith("{") else both[1])
    results = [first.result(rng, split), second.result(rng, split)]
    return Use(user, _answer([r[1] for r in results]), None, [e for r in results for e in r[2]], "contains",
               [(first.name, values), (second.name, others)], [r[0] for r in results])


def turn(rng, split, tools=None, simple=False):
    """(tools, a turn with two calls)."""
    while True:
        box = tools
        if not box:
            tool = tool_boxes.any_tool(rng, split, (1, 1, 2))
            box = tool_boxes.box(rng, split, tool, 2 if simple else rng.choice((1, 2, 2, 3)))
        found = _both(rng, split, box) if len(box) > 1 and rng.random() < 0.5 else _twice(rng, split, rng.choice(box))
        if found:
            return box, found
        if tools and rng.random() < 0.2:
            return box, use(rng, split, rng.choice(box))
