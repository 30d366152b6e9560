"""How a conversation with tools becomes the text the model reads; says what chat_template.jinja says.

    python3 chat.py > rendered.jsonl    # conversations with their texts, which the
                                        # repository's tests compare with the template's

Messages and tools have OpenAI's shape.
"""
import json
import os
import random

TEMPLATE_FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "chat_template.jinja")
_SHAPES = {"string": '""', "integer": "0", "number": "0.0", "boolean": "true|false", "object": "{}"}


def template():
    """The chat template as it stands in the model file."""
    with open(TEMPLATE_FILE, encoding="utf-8") as file:
        return file.read().strip()


def _json(value):
    return json.dumps(value, ensure_ascii=False)


def shape(schema):
    """The shortest sketch of a JSON Schema that still shows how a value looks."""
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((k for k in kind if k != "null"), None)
    if schema.get("enum"):
        joined = "|".join(map(str, schema["enum"]))
        return f'"{joined}"' if isinstance(schema["enum"][0], str) else joined
    if schema.get("anyOf") or schema.get("oneOf"):
        return shape((schema.get("anyOf") or schema.get("oneOf"))[0])
    if schema.get("properties"):
        return "{" + ", ".join(_json(key) + ": " + shape(value) + ("" if key in schema.get("required", ()) else "?")
                               for key, value in schema["properties"].items()) + "}"
    if kind == "array":
        return "[" + (shape(schema["items"]) if "items" in schema else "") + "]"
    return _SHAPES.get(kind, "null")


def words_of(name):
    """The words of a tool's name: `getWeather`, `get_weather` and `get-weather` are "get weather"."""
    text, capital = "", True
    for letter in name:
        text += (" " if letter.isupper() and not capital else "") + letter
        capital = letter.isupper()
    return " ".join(text.replace("_", " ").replace("-", " ").lower().split())


def tool_line(tool):
    """One line for a tool: the words of its name, the first sentence of its description, and the call in shape."""
    function = tool["function"]
    about = function.get("description", "").strip().split("\n")[0].split(". ")[0][:160].rstrip(". ")
    parameters = function.get("parameters") or {}
    arguments = shape(parameters) if parameters.get("properties") else "{}"
    return f"- {words_of(function['name'])}{': ' + about.lower() if about else ''}: {{\"name\": {_json(function['name'])}, \"arguments\": {arguments}}}"


def call_text(call):
    """A call in Hermes' form; its arguments are JSON text."""
    arguments = json.loads(call["function"]["arguments"])
    return f'<tool_call>\n{{"name": {_json(call["function"]["name"])}, "arguments": {_json(arguments)}}}\n</tool_call>'


def turns(messages, tools=None):
    """(role, text) of every ChatML turn."""
    found, messages = [], list(messages)
    if tools:
        head = [messages.pop(0)["content"]] if messages and messages[0]["role"] == "system" else []
        found.append(("system", "\n".join(h for h in head + ["<tools>", *map(tool_line, tools), "</tools>"] if h)))
    previous = None
    for m in messages:
        text = m.get("content") or ""
        if m["role"] == "tool":
            text = f"<tool_response>\n{text}\n</tool_response>"
            if previous == "tool":
                found[-1] = ("user", found[-1][1] + "\n" + text)
            else:
                found.append(("user", text))
        else:
            found.append((m["role"], "\n".join(([text] if text else []) + [call_text(c) for c in m.get("tool_calls") or ()])))
        previous = m["role"]
    return found


def text(messages, tools=None, opens=True):
    """The whole prompt, with the opening of an answer."""
    return "".join(f"<|im_start|>{role}\n{body}<|im_end|>\n" for role, body in turns(messages, tools)) + ("<|im_start|>assistant\n" if opens else "")


if __name__ == "__main__":
    from generate import conversation

    rng = random.Random(26)
    for _ in range(40):
        messages, tools = conversation(rng, tools_share=0.8)
        print(_json({"messages": messages, "tools": tools, "text": text(messages, tools)}))
