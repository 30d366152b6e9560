"""Tools: their schema, requests for them, calls, results and answers.

Tools are ordinary ones (tool_families.py) or composed from a verb and a noun, real
or made up (tool_words.py). No noun, family, made-up word or wording of the test
occurs in training.
"""
import json
import re
from dataclasses import dataclass, field

import words
from phrasing import LEADS, LEADS_TEST, TAILS, TAILS_TEST, Turn, style
from skills.tool_values import choices_of, json_number, type_of, value

NO_TOOL = "I have no tool for that."
_CAN = ("", "", "", "", "please ", "can you ", "could you ", "i want you to ", "i would like you to ", "now ", "i need you to ", "you should ")
_CAN_TEST = ("", "would you ", "kindly ", "i ask you to ")
_DONE = ('{"status": "ok"}', '{"ok": true}', '{"success": true}', "ok", "done", "Done", "success", '{"result": "done"}', '{"status": "done"}', "null", '{"status": "success"}')
_DONE_TEST = ('{"done": true}', '{"state": "ok"}', "OK", "completed", '{"result": "ok"}')
_ERRORS = "not found; no access; timeout; server is down; bad request; no connection; it is locked; unknown id; too many requests; already exists".split("; ")
_ERRORS_TEST = "out of stock; permission denied; the service is offline; wrong format".split("; ")
_FIELDS = """price:decimal size:int name:name status:enum(open|closed|ready|lost|new) owner:name city:place colour:colour
weight:int temperature:int total:decimal count:int date:date time:time title:title level:int code:code author:name
address:title phone:big distance:int score:int wind:int rate:decimal room:int floor:int page:int length:int speed:int
seller:name key:code state:enum(on|off|busy|free) sender:name power:int humidity:int user:name answer:word value:big
amount:decimal next_stop:place room_number:int first_name:name unit_price:decimal start_time:time due_date:date""".split()
_FIELDS_TEST = """balance:decimal pressure:int height:int driver:name gate:code stock:int track:title altitude:int
delay:int arrival_time:time opening_date:date shelf_number:int winner:name battery:int destination:place""".split()


@dataclass
class Param:
    """One argument; `clause` is how a request mentions it ("in {v}")."""
    name: str
    kind: str
    required: bool = True
    clause: str = "{v}"
    about: str = ""


@dataclass
class Tool:
    """A tool; `asks` are requests with a slot {name} per argument, [..] around optional parts."""
    name: str
    about: str
    params: list
    asks: list
    group: str
    fields: list = field(default_factory=list)

    def schema(self):
        """The tool in OpenAI's shape."""
        properties = {}
        for p in self.params:
            properties[p.name] = {"type": type_of(p.kind)}
            if choices_of(p.kind):
                properties[p.name]["enum"] = choices_of(p.kind)
            if p.about:
                properties[p.name]["description"] = p.about
        function = {"name": self.name}
        if self.about:
            function["description"] = self.about
        function["parameters"] = {"type": "object", "properties": properties, "required": [p.name for p in self.params if p.required]}
        return {"type": "function", "function": function}

    def request(self, rng, split, leave_out=None, lead=True):
        """(words, arguments) of a request; `leave_out` names an argument that is not said."""
        said, values = {}, {}
        text = rng.choice(self.asks)
        always = re.sub(r"\[[^\]]*\]", "", text)
        for p in self.params:
            if p is not leave_out and (p.required or "{" + p.name + "}" in always or rng.random() < 0.5):
                said[p.name], values[p.name] = value(rng, split, p.kind)
        text = re.sub(r"\[([^\]]*)\]", lambda m: m[1] if set(re.findall(r"{(\w+)}", m[1])) <= set(said) else "", text)
        if "<can>" in text:
            text = text.replace("<can>", rng.choice(_CAN_TEST if split == "test" else _CAN) if lead else "")
        elif lead and rng.random() < 0.15:
            text = rng.choice(LEADS_TEST if split == "test" else LEADS) + text
        if lead and rng.random() < 0.08 and not any(p.kind in ("phrase", "sum") for p in self.params):
            text = text.rstrip("?.!") + rng.choice(TAILS_TEST if split == "test" else TAILS)
        for name in [n for n in values if "{" + n + "}" not in text]:
            del values[name]
        return text, said, values

    def result(self, rng, split):
        """(content of the tool's message, answer, what the answer must contain)."""
        dice = rng.random()
        if dice < 0.06:
            error = rng.choice(_ERRORS_TEST if split == "test" else _ERRORS)
            return rng.choice(('{"error": "%s"}', "Error: %s", "error: %s", '{"ok": false, "error": "%s"}')) % error, f"That did not work: {error}.", [error]
        if not self.fields or (self.fields == ["?"] and dice < 0.2):
            return rng.choice(_DONE_TEST if split == "test" else _DONE), "Done.", ["done"]
        if dice < 0.14:
            found = [value(rng, split, rng.choice(("name", "word", "place", "food")))[1] for _ in range(rng.choice((0, 1, 2, 2, 3, 3, 4)))]
            text = json.dumps(found, ensure_ascii=False)
            text = text if rng.random() < 0.5 else '{"%s": %s}' % (rng.choice(("items", "results", "found", "list")), text)
            return text, joined(found) + "." if found else "I found nothing.", found or ["nothing"]
        fields = self.fields
        if fields == ["?"] or rng.random() < 0.3:
            fields = some_fields(rng, split, rng.choice((1, 1, 2, 2, 3)))
        elif len(fields) > 1 and rng.random() < 0.4:
            fields = rng.sample(fields, rng.randint(1, len(fields)))
        found = {}
        for f in fields:
            key, _, kind = f.partition(":")
            found[key] = value(rng, split, kind)[1]
        if len(found) == 1 and rng.random() < 0.3:
            only = plain(next(iter(found.values())))
            return (only, f"The result is {only}.", [only]) if rng.random() < 0.6 else (json.dumps({"result": next(iter(found.values()))}, ensure_ascii=False), f"The result is {only}.", [only])
        expect = [plain(v) for v in found.values()]
        if dice < 0.32:
            text = ", ".join(f"{k.replace('_', ' ')} {v}" for k, v in zip(found, expect)) if rng.random() < 0.6 else says(found).rstrip(".")
            return text, text[0].upper() + text[1:] + ".", expect
        indent = 2 if rng.random() < 0.05 else None
        separators = (",", ":") if rng.random() < 0.25 and not indent else None
        return json.dumps(found, ensure_ascii=False, indent=indent, separators=separators), says(found), expect


@dataclass
class Use(Turn):
    """A turn with calls, their results, and the answer from them (none where the turn ends with the calls)."""
    calls: list = field(default_factory=list)
    results: list = field(default_factory=list)


def plain(data):
    """A value as it is said."""
    return json_number(data) if isinstance(data, float) else str(data)


def joined(parts):
    """'a, b and c'."""
    parts = [plain(p) for p in parts]
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]


def says(found):
    """A sentence that names every field of a result."""
    text = joined([f"the {k.replace('_', ' ')} is {plain(v)}" for k, v in found.items()])
    return text[0].upper() + text[1:] + "."


def some_fields(rng, split, count):
    """Different fields of results, one in six with a made-up name."""
    fields = rng.sample(_FIELDS_TEST if split == "test" else _FIELDS, count)
    return [f"{words.made_up(rng, split)}:{f.split(':')[1]}" if rng.random() < 0.17 else f for f in fields]


def fill(rng, template, said):
    """The request as some user would type it, with what is said in the slots."""
    return re.sub(r"{(\w+)}", lambda m: said[m[1]], style(rng, template, keep=" ".join(said) or " "))


def use(rng, split, tool):
    """A request with its call, result and answer."""
    template, said, values = tool.request(rng, split)
    result, answer, expect = tool.result(rng, split)
    return Use(fill(rng, template, said), answer, None, expect, "contains", [(tool.name, values)], [result])


def again(rng, split, tool, turn):
    """The same question about another value, or None where that would be unclear."""
    arguments = turn.calls[0][1]
    asked = [p for p in tool.params if p.name in arguments]
    if len(turn.calls) != 1 or len(asked) != 1 or asked[0].kind.startswith("bool"):
        return None
    said, found = value(rng, split, asked[0].kind)
    forms = ("how about {x}?", "now please {x}", "and with {x}?") if split == "test" else ("and {x}?", "what about {x}?", "and for {x}?", "now {x}", "the same for {x}", "and now {x}", "{x}?", "then {x}", "do it for {x} too")
    result, answer, expect = tool.result(rng, split)
    return Use(style(rng, rng.choice(forms), keep="{x}").replace("{x}", said), answer, None, expect, "contains", [(tool.name, {asked[0].name: found})], [result])
