"""Answering from what a tool returned, also when asked about one part of it later."""
import json

from phrasing import Turn, style
from skills import tool_boxes
from skills.toolbox import plain, use

_ASK = ["what is the {k}?", "what was the {k}?", "and the {k}?", "tell me the {k}", "which {k}?", "{k}?", "what did it say about the {k}?", "the {k} again please", "what {k}?", "so what is the {k}?",
        "~can you repeat the {k}?", "~i did not get the {k}", "~give me only the {k}"]


def part(rng, split, turn):
    """A later question about one field of the turn's result, or None."""
    try:
        found = json.loads(turn.results[0])
    except ValueError:
        return None
    if len(turn.results) != 1 or not isinstance(found, dict) or len(found) < 2 or "error" in found:
        return None
    key, data = rng.choice(list(found.items()))
    ask = rng.choice([a.lstrip("~") for a in _ASK if a.startswith("~") == (split == "test")])
    spoken = key.replace("_", " ")
    return Turn(style(rng, ask, keep="{k}").replace("{k}", spoken), f"The {spoken} is {plain(data)}.", None, [plain(data)], "contains")


def turn(rng, split, simple=False):
    """(tools, turns): a use of a tool whose answer is asked for, sometimes with a question after it."""
    tool = tool_boxes.any_tool(rng, split)
    while not tool.fields:
        tool = tool_boxes.any_tool(rng, split)
    tools = tool_boxes.box(rng, split, tool, 1 if simple else rng.choice((1, 2, 2, 3)))
    first = use(rng, split, tool)
    later = part(rng, split, first) if rng.random() < 0.35 else None
    return tools, [first, later] if later else [first]
