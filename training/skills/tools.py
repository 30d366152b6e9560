"""Dialogues with tools, of all tool skills."""
from skills import memory, smalltalk, system_prompt, tool_boxes, tool_words, tools_arguments, tools_decline, tools_missing, tools_pick, tools_result, tools_several, tools_talk
from skills.toolbox import Use, again, use

# One or two short turns: many words to learn, much to copy.
_SHORT = [(tools_pick.turn, 30), (tools_arguments.turn, 30), (tools_result.turn, 12), (tools_several.turn, 8), (tools_missing.turn, 7), (tools_decline.turn, 13), (tools_talk.turn, 10)]


def short(rng, split="train", simple=False):
    """(tools, turns) of one skill; `simple`: one or two tools."""
    tools, found = rng.choices([f for f, _ in _SHORT], [w for _, w in _SHORT])[0](rng, split, simple=simple)
    turns = found if isinstance(found, list) else [found]
    if len(turns) == 1 and isinstance(turns[0], Use) and rng.random() < 0.2:
        tool = next(t for t in tools if t.name == turns[0].calls[0][0])
        turns.append(again(rng, split, tool, turns[0]) or turns[0])
        if turns[1] is turns[0]:
            turns.pop()
    return tools, turns


def drill(rng, split="train"):
    """(tools, turns): each of three to six composed tools is asked for once, most of them without arguments, so that many
    calls stand after one list of tools, and each has to be found by what it is for."""
    tools, count = [], rng.choice((3, 3, 4, 5, 6))
    while len(tools) < count:
        like = rng.choice(tools) if tools and rng.random() < 0.4 else None
        found = tool_words.tool(rng, split, like=like, counts=(0, 0, 0, 1))
        if not any(tool_boxes.clash(found, t) for t in tools):
            tools.append(found)
    turns = [use(rng, split, tool) for tool in rng.sample(tools, count)]
    for turn in turns:
        turn.results, turn.answer, turn.expect = ["ok"], "Done.", ["done"]
    if rng.random() < 0.3:
        turns.insert(rng.randint(0, count), tools_decline.turn(rng, split, tools)[1])
    return tools, turns


def _mixed(rng, split, tools, room, system):
    """`room` turns about one set of tools, with talk between."""
    turns = []
    while len(turns) < room:
        dice = rng.random()
        if dice < 0.42:
            turns.append(tools_pick.turn(rng, split, tools)[1])
            tool = next(t for t in tools if t.name == turns[-1].calls[0][0])
            later = again(rng, split, tool, turns[-1]) if rng.random() < 0.35 else tools_result.part(rng, split, turns[-1]) if rng.random() < 0.4 else None
            turns += [later] if later else []
        elif dice < 0.49:
            turns.append(tools_several.turn(rng, split, tools)[1])
        elif dice < 0.55:
            turns += tools_missing.turn(rng, split, tools)[1]
        elif dice < 0.70:
            turns.append(tools_decline.turn(rng, split, tools)[1])
        elif dice < 0.76 and not any(t.group == "call" or t.group.startswith("invite") for t in tools):
            thing = memory.pick(rng, 1)[0]
            data = memory.value_of(rng, thing, split)
            turns += [memory.told(rng, thing, data, split), memory.asked(rng, thing, data, split)]
        elif system and system.name and rng.random() < 0.5:
            turns.append(system.own_turn(rng, split))
        elif rng.random() < 0.3:
            turns.append(smalltalk.turn(rng, split))
        else:
            turns.append(tools_talk.turn(rng, split, tools)[1])
    return turns


def dialogue(rng, split="train", longest=6, simple=False):
    """(system or None, tools, turns): half of them short, the others of up to `longest` turns."""
    dice = rng.random()
    system = None
    if dice < 0.3:
        system = system_prompt.System(rng.choice(system_prompt.wordings(system_prompt.GENERIC, split)))
    elif dice < 0.4:
        system = system_prompt.persona(rng, split) if rng.random() < 0.7 else system_prompt.informed(rng, split)
    if split == "train" and not simple and rng.random() < 0.03:
        return None, [], [tools_decline.without_tools(rng, split)]
    if simple == "drill" and rng.random() < 0.6:
        return system, *drill(rng, split)
    if simple or rng.random() < 0.5:
        tools, turns = short(rng, split, simple)
        return system, tools, turns
    tools = tool_boxes.box(rng, split, tool_boxes.any_tool(rng, split), rng.choice((1, 2, 2, 3, 3, 4)))
    return system, tools, _mixed(rng, split, tools, rng.randint(1, longest), system)
