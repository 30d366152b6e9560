"""Sets of tools that can stand side by side, so that one right choice exists."""
import re

from skills import tool_families, tool_words

# Requests of these families are close to each other.
_NEAR = [{"mail", "text", "note", "write", "remind", "task", "event"}, {"shopping", "product", "task"}, {"order", "parcel"}, {"contact", "user", "call"},
         {"route", "distance"}, {"flight", "train", "bus"}, {"weather", "forecast", "air"}, {"search", "news", "define", "country", "movie", "recipe", "product"},
         {"timer", "alarm", "remind"}, {"stock", "convert", "balance", "pay"}, {"add", "multiply", "calc"}, {"clock", "now"}, {"file", "folder", "write"}, {"note", "file", "write"}, {"agenda", "event"}, {"water", "vacuum"}]


def _words(tool):
    return set(re.findall(r"[a-z]{3,}", re.sub(r"([A-Z])", r" \1", tool.name + " " + tool.about + " " + tool.group).replace("_", " ").lower()))


def clash(a, b):
    """Whether a request for one could be meant for the other."""
    if a.name == b.name or a.group == b.group:
        return True
    if ":" in a.group and ":" in b.group:
        return False
    if ":" not in a.group and ":" not in b.group:
        return any({a.group, b.group} <= near for near in _NEAR)
    composed, family = (a, b) if ":" in a.group else (b, a)
    about = _words(family)
    return any(w in about or w + "s" in about or w.rstrip("s") in about for w in composed.group.split(":")[1].lower().replace("-", " ").split())


def any_tool(rng, split, counts=None):
    """An ordinary tool or, as often, a composed one."""
    if rng.random() < 0.5:
        return tool_words.tool(rng, split, **({"counts": counts} if counts else {}))
    while True:
        tool = tool_families.tool(rng, split)
        if not counts or len(tool.params) >= min(counts):
            return tool


def others(rng, split, tool, count):
    """`count` tools beside the given one; two in five are hard to tell from it."""
    found = []
    while len(found) < count:
        if ":" in tool.group and rng.random() < 0.4:
            other = tool_words.tool(rng, split, like=tool)
        else:
            other = any_tool(rng, split)
        if not any(clash(other, t) for t in [tool, *found]):
            found.append(other)
    return found


def box(rng, split, tool, count):
    """`count` tools in any order, the given one among them."""
    tools = [tool, *others(rng, split, tool, count - 1)]
    rng.shuffle(tools)
    return tools
