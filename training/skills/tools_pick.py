"""Choosing the right tool among several: two to four tools, few arguments."""
from skills import tool_boxes
from skills.toolbox import use

COUNTS = (0, 1, 1, 1)


def turn(rng, split, tools=None, simple=False):
    """(tools, a turn that uses one of them); a given set of tools is kept."""
    if not tools:
        tool = tool_boxes.any_tool(rng, split, COUNTS)
        tools = tool_boxes.box(rng, split, tool, 2 if simple else rng.choice((2, 2, 3, 3, 4)))
    else:
        tool = rng.choice(tools)
    return tools, use(rng, split, tool)
