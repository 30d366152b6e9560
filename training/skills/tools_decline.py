"""Saying that no tool fits, instead of calling a wrong one; and that without tools nothing can be done."""
from phrasing import Turn, style
from skills import composed, tool_boxes, tool_words, unknown
from skills.toolbox import NO_TOOL, fill

KEYS = ["no tool", "cannot", "can't", "do not know"]


def _request(rng, split, tool):
    template, said, _ = tool.request(rng, split)
    return fill(rng, template, said)


def turn(rng, split, tools=None, simple=False):
    """(tools, a request that none of them can fulfil)."""
    if not tools:
        tools = tool_boxes.box(rng, split, tool_boxes.any_tool(rng, split), 1 if simple else rng.choice((1, 1, 2, 2, 3, 4)))
    if rng.random() < 0.2 and all(":" in t.group and len(t.group.split(":")[1]) > 6 for t in tools):
        stock, patterns = (unknown._LIVE, composed.LIVE) if rng.random() < 0.5 else (unknown._TASKS, composed.TASKS)
        return tools, Turn(style(rng, composed.pick(rng, [t.strip() for t in stock.split(";")], patterns, split)), NO_TOOL, "Unknown", KEYS, "one_of")
    while True:
        near = rng.choice(tools)
        absent = tool_words.tool(rng, split, like=near) if ":" in near.group and rng.random() < 0.35 else tool_boxes.any_tool(rng, split)
        if any(tool_boxes.clash(absent, t) for t in tools):
            continue
        # An opaque name or a very general verb would make the request fit anything.
        return tools, Turn(_request(rng, split, absent), NO_TOOL, None, KEYS, "one_of")


def without_tools(rng, split):
    """A request for a tool in a conversation without tools."""
    absent = tool_words.tool(rng, split)
    return Turn(_request(rng, split, absent), unknown.TASK_ANSWER, "No", KEYS, "one_of")
