"""Asking for a required argument that the user did not say, and calling once it is said."""
import re

from phrasing import Turn
from skills import tool_boxes
from skills.tool_values import value
from skills.toolbox import Use, fill

_GIVE = ["{x}", "{x}", "{x} please", "it is {x}", "the {p} is {x}", "{p} {x}", "{x}, please", "ok, {x}", "i mean {x}", "take {x}", "~let us say {x}", "~{x} then", "~make that {x}"]


def _said_name(name):
    return re.sub(r"([a-z])([A-Z])", r"\1 \2", name).replace("_", " ").lower()


def _left_out(rng, split, tool):
    """(request without one required argument, that argument, the other arguments), or None."""
    needed = [p for p in tool.params if p.required and not p.kind.startswith("bool") and p.kind != "phrase"]
    if not needed:
        return None
    param = rng.choice(needed)
    template, said, values = tool.request(rng, split, leave_out=param)
    template = re.sub(r" (in|of|for|to|at|from|about|on|called|named|with) {%s}" % param.name, "", template)
    if "{" + param.name + "}" in template or any(p.required and p is not param and p.name not in values for p in tool.params):
        return None
    return fill(rng, template, said), param, values


def turn(rng, split, tools=None, simple=False):
    """(tools, turns): the request with the question for the argument, then the argument with the call."""
    for _ in range(200):
        box = tools
        if not box:
            tool = tool_boxes.any_tool(rng, split, (1, 1, 2) if simple else (1, 1, 2, 3))
            box = tool_boxes.box(rng, split, tool, 1 if simple else rng.choice((1, 1, 2, 3)))
        else:
            tool = rng.choice(box)
        found = _left_out(rng, split, tool)
        if not found:
            if tools:
                return box, []
            continue
        request, param, values = found
        spoken = _said_name(param.name)
        ask = Turn(request, f"Please tell me the {spoken}.", None, [spoken], "contains")
        said, given = value(rng, split, param.kind)
        form = rng.choice([f.lstrip("~") for f in _GIVE if f.startswith("~") == (split == "test")])
        values[param.name] = given
        arguments = {p.name: values[p.name] for p in tool.params if p.name in values}
        result, answer, expect = tool.result(rng, split)
        return box, [ask, Use(form.replace("{x}", said).replace("{p}", spoken), answer, None, expect, "contains", [(tool.name, arguments)], [result])]
    return tools or [], []
