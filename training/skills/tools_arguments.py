"""Taking arguments from the user's words: one or two tools, many arguments of all types, optional ones unsaid."""
from skills import tool_boxes
from skills.toolbox import use


def turn(rng, split, simple=False):
    """(tools, a turn with a call that has arguments)."""
    tool = tool_boxes.any_tool(rng, split, (1, 1, 2) if simple else (1, 2, 2, 3, 3, 4))
    tools = tool_boxes.box(rng, split, tool, 1 if simple or rng.random() < 0.5 else 2)
    while True:
        found = use(rng, split, tool)
        if found.calls[0][1]:
            return tools, found
