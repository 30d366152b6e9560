"""Composes dialogues from the skills; prints samples or the held-out set.

    python3 generate.py sample 20        # training dialogues, as text
    python3 generate.py tools 20         # those with tools, as the model reads them
    python3 generate.py heldout > heldout.jsonl
    python3 generate.py heldout-tools > heldout-tools.jsonl
"""
import json
import random
import sys

import chat
from phrasing import Turn
from skills import arithmetic, fact, identity, memory, repeat, smalltalk, system_prompt, tools as with_tools, unknown
from skills import tools_arguments, tools_decline, tools_missing, tools_pick, tools_result, tools_several, tools_talk

_FILL = [(fact.turn, 30), (arithmetic.turn, 17), (smalltalk.turn, 16), (identity.turn, 14), (repeat.turn, 5)]
_IN_MESSAGE = {"one_word": ("Answer in one word: {u}", "{u} Answer in one word.", "{u} One word only.", "In one word: {u}", "{u} Just one word, please.", "{u} Reply with one word."),
               "capitals": ("Answer in capitals: {u}", "{u} Answer in capital letters.", "{u} Write in capitals.", "In capital letters: {u}", "{u} Use all caps.")}
_CORRECT = ("No, {t}", "Sorry, I was wrong: {t}", "Wait, actually {t}", "Correction: {t}")


def filler(rng, split, system, told=()):
    """A turn of any skill that fits the system prompt; its answer obeys the prompt."""
    while True:
        own = system and system.name and rng.random() < 0.5 and system.own_turn(rng, split)
        if own:
            turn = own
        elif rng.random() < 0.17:
            turn = unknown.turn(rng, split, context_free=not told and not (system and system.info))
        else:
            make = rng.choices([f for f, _ in _FILL], [w for _, w in _FILL])[0]
            if make is identity.turn and system and system.name and not system.info:
                continue  # a persona answers questions about itself in its own way
            turn = make(rng, split)
        if not turn.short and system and "one_word" in system.kind and turn.match == "one_of":
            key = turn.expect[0]
            turn.short = "No" if turn.answer.startswith("No.") else key.capitalize() if " " not in key and "-" not in key else None
        if system and "capitals" in system.kind and turn.answer and rng.random() < 0.6 and turn.expect and turn.expect[0].lower() not in turn.user.lower() and turn.match == "exact":
            continue
        if not system or system.fits(turn):
            break
    if not system and turn.short and " " not in turn.short and rng.random() < 0.07:
        kind = rng.choice(("one_word", "capitals"))
        turn.user = rng.choice(_IN_MESSAGE[kind]).replace("{u}", turn.user)
        turn.answer = turn.short if kind == "one_word" else turn.answer.upper()
    elif system:
        turn.answer = system.obey(turn)
    return turn


def remembered(rng, split, system, count, fillers):
    """Turns that tell `count` things and ask for them later, with fillers between."""
    things = memory.pick(rng, count)
    events = [(rng.random(), "fill", None) for _ in range(fillers)]
    values = {}
    for thing in things:
        start = rng.random() * 0.6
        events.append((start, "tell", thing))
        later = start + (1 - start) * rng.random()
        events.append((later, "ask", thing))
        if rng.random() < 0.1:
            events.append(((start + later) / 2, "change", thing))
        if rng.random() < 0.15:
            events.append((rng.uniform(later, 1), "ask", thing))
    events.sort(key=lambda e: e[0])
    turns = []
    told = [t for _, what, t in events if what == "tell"]
    if len(told) >= 2 and rng.random() < 0.25:
        pair = told[:2]
        values = {id(t): memory.value_of(rng, t, split) for t in pair}
        turns.append(memory.both_told(rng, pair, [values[id(t)] for t in pair], split))
        events = [e for e in events if not (e[1] == "tell" and e[2] in pair)]
    for _, what, thing in events:
        if what == "fill":
            turns.append(filler(rng, split, system, told))
            continue
        if what == "tell" or what == "change":
            old = values.get(id(thing))
            if what == "change" and old is None:
                continue
            values[id(thing)] = memory.value_of(rng, thing, split)
            turn = memory.told(rng, thing, values[id(thing)], split)
            if what == "change":
                turn.user = rng.choice(_CORRECT).replace("{t}", turn.user)
            if rng.random() < 0.2:
                turn.answer = rng.choice(("Okay.", "Thank you.", "Nice!", "Okay, thank you for telling me.", "I see.", "Great!"))
            if system and "one_word" in system.kind:
                turn.short = "Okay"
        else:
            turn = memory.asked(rng, thing, values[id(thing)], split)
        if not system or system.fits(turn):
            turn.answer = system.obey(turn) if system else turn.answer
            turns.append(turn)
    return turns


def dialogue(rng, split="train", longest=6):
    """(system text or None, list of turns) of the full mixture."""
    if split == "train" and rng.random() < 0.4:
        return dense(rng)
    system = system_prompt.choose(rng, split)
    if system and ("capitals" in system.kind or system.kind in ("start", "end")):
        count = rng.choice((0, 0, 0, 1))
    else:
        count = rng.choices((0, 1, 2, 3), (50, 32, 13, 5))[0]
    room = rng.choices(range(1, longest + 1), [1 / (i + 0.5) for i in range(longest)])[0]
    if count:
        turns = remembered(rng, split, system, count, rng.randint(0, max(0, room - count)))
    else:
        turns = [filler(rng, split, system) for _ in range(room)]
    return (system.text if system else None), turns


def first_stage(rng):
    """Short dialogues with many things to copy, for the first minutes."""
    dice = rng.random()
    if dice < 0.30:
        return None, [repeat.drill(rng, "train")]
    if dice < 0.50:
        system = system_prompt.persona(rng, "train") if rng.random() < 0.7 else system_prompt.informed(rng, "train")
        return system.text, [system.own_turn(rng, "train")]
    if dice < 0.72:
        return None, remembered(rng, "train", None, rng.choice((1, 1, 2)), 0)
    if dice < 0.82:
        return None, [arithmetic.drill(rng, "train")]
    return None, [(fact.turn if rng.random() < 0.8 else unknown.turn)(rng, "train")]


def dense(rng):
    """Short dialogues with many words to learn: sums, words to copy, one thing to remember."""
    dice = rng.random()
    if dice < 0.42:
        return None, [arithmetic.drill(rng, "train")]
    if dice < 0.62:
        return None, [repeat.drill(rng, "train")]
    if dice < 0.8:
        system = system_prompt.persona(rng, "train") if rng.random() < 0.8 else system_prompt.informed(rng, "train")
        return system.text, [system.own_turn(rng, "train") for _ in range(rng.randint(1, 2))]
    return None, remembered(rng, "train", None, rng.choice((1, 1, 2)), 0)


def messages(system, turns):
    """The dialogue in the form of chat messages, the last answer included."""
    found, count = ([{"role": "system", "content": system}] if system else []), 0
    for turn in turns:
        found.append({"role": "user", "content": turn.user})
        calls = []
        for name, arguments in getattr(turn, "calls", ()):
            count += 1
            calls.append({"id": f"call_{count}", "type": "function", "function": {"name": name, "arguments": json.dumps(arguments, ensure_ascii=False)}})
        if calls:
            found.append({"role": "assistant", "content": None, "tool_calls": calls})
            found += [{"role": "tool", "tool_call_id": c["id"], "content": r} for c, r in zip(calls, turn.results)]
        found.append({"role": "assistant", "content": turn.answer})
    return found


def conversation(rng, longest=6, tools_share=0.4, simple=False):
    """(messages, tools or None) of the full mixture; `simple`: short dialogues with one or two tools."""
    if rng.random() >= tools_share:
        return messages(*dialogue(rng, longest=longest)), None
    system, tools, turns = with_tools.dialogue(rng, longest=longest, simple=simple)
    return messages(system and system.text, turns), [t.schema() for t in tools] or None


def _item(skill, system, turns):
    last = turns[-1]
    match, expect = last.match, last.expect
    if skill == "one_word":
        match, expect = "exact", [last.answer]
    elif skill == "capitals":
        match, expect = "capitals", [e.upper() for e in last.expect]
    elif skill == "start_end":
        match, expect = "contains", [system.word] + (last.expect if last.match != "one_of" else [])
    return {"skill": skill, "messages": messages(system and system.text, turns)[:-1], "expect": expect, "match": match, "reference": last.answer}


def heldout(per_skill=80, seed=20261125):
    """Test items: wordings, names, words and sums are not used in training."""
    rng, split = random.Random(seed), "test"
    s = system_prompt
    while True:
        for skill, make in (("smalltalk", smalltalk.turn), ("identity", identity.turn), ("fact", fact.turn), ("arithmetic", arithmetic.turn), ("unknown", unknown.turn), ("repeat", repeat.turn)):
            for i in range(per_skill):
                system = s.System(rng.choice(s.wordings(s.GENERIC, split))) if i % 3 == 0 else None
                before = [filler(rng, split, system) for _ in range(rng.choice((0, 0, 1, 2)) if i % 3 else 0)]
                yield _item(skill, system, before + [make(rng, split)])
        for i in range(per_skill):
            system = s.System(rng.choice(s.wordings(s.GENERIC, split))) if i % 3 == 0 else None
            turns = []
            while not turns or not turns[-1].expect or turns[-1].answer.split(" is ")[0].split()[0] not in ("Your", "You", "The") or turns[-1].match != "contains" or turns[-1].short != turns[-1].expect[0] or len(turns) < 2:
                turns = remembered(rng, split, system, rng.choice((1, 1, 2)), rng.choice((0, 1, 2)))
                turns = [t for i, t in enumerate(turns) if t.expect or i < len(turns) - 1]
            yield _item("memory", system, turns)
        for skill, make in (("one_word", lambda: s.manner(rng, split, "one_word")), ("capitals", lambda: s.manner(rng, split, "capitals")),
                            ("persona", lambda: s.persona(rng, split)), ("system_fact", lambda: s.informed(rng, split)), ("start_end", lambda: s.affix(rng, split))):
            for i in range(per_skill // 2 if skill in ("system_fact", "start_end") else per_skill):
                system = make()
                before = [filler(rng, split, system) for _ in range(rng.choice((0, 0, 0, 1, 2)))]
                if system.name:
                    last = system.own_turn(rng, split)
                else:
                    while True:
                        last = rng.choice((fact.turn, fact.turn, fact.turn if skill == "one_word" else arithmetic.turn, smalltalk.turn))(rng, split)
                        if skill == "one_word" and last.match == "one_of" or not system.fits(last):
                            continue
                        break
                    if skill == "capitals" and last.match == "one_of":
                        last.expect = [last.expect[0]]
                    last.answer = system.obey(last)
                yield _item(skill, system, before + [last])
        return


def _tool_item(skill, system, tools, turns, called):
    """A test item whose last turn is to be answered with its calls (`called`) or in words."""
    last, made = turns[-1], messages(system and system.text, turns)
    item = {"skill": skill, "tools": [t.schema() for t in tools]}
    if called:
        calls = [{"name": name, "arguments": arguments} for name, arguments in last.calls]
        return {**item, "messages": made[:-2 - len(calls)], "expect": [], "match": "calls", "calls": calls, "reference": chat.turns([made[-2 - len(calls)]])[0][1]}
    return {**item, "messages": made[:-1], "expect": last.expect, "match": last.match, "reference": last.answer}


def heldout_tools(per_skill=80, seed=20261126):
    """Test items with tools: their tools, values and wordings are not used in training."""
    rng, split = random.Random(seed), "test"
    skills = (("tools_pick", tools_pick, True), ("tools_arguments", tools_arguments, True), ("tools_several", tools_several, True), ("tools_missing", tools_missing, False),
              ("tools_result", tools_result, False), ("tools_decline", tools_decline, False), ("tools_talk", tools_talk, False))
    for skill, module, called in skills:
        for i in range(per_skill):
            system = system_prompt.System(rng.choice(system_prompt.wordings(system_prompt.GENERIC, split))) if i % 3 == 0 else None
            tools, found = module.turn(rng, split)
            turns = found if isinstance(found, list) else [found]
            if skill == "tools_missing" and i % 2:
                turns = turns[:1]  # half of them end with the question, half with the call
            if skill in ("tools_pick", "tools_arguments", "tools_decline", "tools_talk") and i % 4 == 1:
                turns = [tools_pick.turn(rng, split, tools)[1], *turns]
            yield _tool_item(skill, system, tools, turns, called or skill == "tools_missing" and len(turns) > 1)


if __name__ == "__main__":
    if sys.argv[1] == "heldout-tools":
        for item in heldout_tools():
            print(json.dumps(item, ensure_ascii=False))
    elif sys.argv[1] == "tools":
        rng = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
        for _ in range(int(sys.argv[2])):
            for role, said in chat.turns(*conversation(rng, tools_share=1)):
                print(f"[{role}] {said}")
            print()
    elif sys.argv[1] == "heldout":
        for item in heldout():
            print(json.dumps(item, ensure_ascii=False))
    else:
        rng = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
        for _ in range(int(sys.argv[2])):
            for m in messages(*dialogue(rng)):
                print(f"{m['role']:>9}: {m['content']}")
            print()
