"""Answers the held-out conversations greedily and gives the share of right answers.

    python3 evaluate.py MODEL [--wrong] [--every N]   # a checkpoint (.pt) or an exported .gguf;
                                                      # --wrong prints the failures

An item is right by its "match":
  exact     the answer is the expected text (case and a final mark aside)
  contains  every expected text is in the answer, as whole words
  one_of    at least one of them is in the answer
  number    the last number of the answer is the expected one
  capitals  as contains, and the answer has no small letters
  calls     the answer calls the expected tools with equal arguments, in any order
An answer with calls is wrong wherever words are expected.
"""
import json
import os
import re
import sys

import torch

from model import Config, Model, angles, fast
from tokenizer import Tokenizer

FOLDER = os.path.dirname(os.path.abspath(__file__))


def load_items(names=("heldout.jsonl", "heldout-tools.jsonl")):
    """The held-out conversations, those with tools last."""
    found = []
    for name in names:
        with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
            found += [json.loads(line) for line in file]
    return found


def _has(answer, text):
    return re.search(r"(?<!\w)" + re.escape(text.lower()) + r"(?!\w)", answer.lower()) is not None


def calls_of(answer):
    """The calls in an answer, as sorted JSON texts; one that is no JSON as it stands."""
    found = []
    for text in re.findall(r"<tool_call>\s*(.*?)\s*</tool_call>", answer, re.S):
        try:
            call = json.loads(text)
            found.append(json.dumps([call["name"], call["arguments"]], sort_keys=True))
        except (ValueError, KeyError, TypeError):
            found.append(text)
    return sorted(found)


def right(item, answer):
    """Whether the answer passes the item's match."""
    expect, match = item["expect"], item["match"]
    if match == "calls":
        return calls_of(answer) == sorted(json.dumps([c["name"], c["arguments"]], sort_keys=True) for c in item["calls"])
    if "<tool_call>" in answer:
        return False
    if match == "exact":
        return answer.strip().rstrip(".!").lower() == expect[0].rstrip(".!").lower()
    if match == "number":
        return re.findall(r"-?\d+", answer)[-1:] == expect
    if match == "one_of":
        return any(e.lower() in answer.lower() for e in expect)
    found = all(_has(answer, e) for e in expect)
    return found and (match != "capitals" or answer == answer.upper())


@torch.no_grad()
def generate(model, tokenizer, prompts, longest=40):
    """Greedy answers to prompts (lists of ids), padded on the left, with a key/value cache."""
    width, rows = max(map(len, prompts)), len(prompts)
    ids = torch.full((rows, width), tokenizer.pad)
    hidden = torch.zeros(rows, 1, 1, width, dtype=fast())
    for i, p in enumerate(prompts):
        ids[i, width - len(p):] = torch.tensor(p)
        hidden[i, ..., :width - len(p)] = -30000.0
    turns = angles(model.config, torch.arange(width + longest))
    caches = [{} for _ in model.blocks]
    future = torch.full((width, width), -30000.0).triu(1).to(fast())
    state = model(ids, turns[:width], torch.maximum(hidden + future, torch.tensor(-30000.0).to(fast())), caches)[:, -1]
    answers, going = [[] for _ in prompts], set(range(rows))
    for step in range(longest):
        token = model.head(state).argmax(-1)
        for i in list(going):
            if token[i] == tokenizer.end:
                going.discard(i)
            else:
                answers[i].append(int(token[i]))
        if not going:
            break
        hidden = torch.cat((hidden, torch.zeros(rows, 1, 1, 1).to(fast())), -1)
        state = model(token[:, None], turns[width + step:width + step + 1], hidden, caches)[:, -1]
    return [tokenizer.decode(a) for a in answers]


def evaluate(model, tokenizer, items, batch=48):
    """({skill: per cent right}, [(item, answer, right)])."""
    prompts = [tokenizer.prompt(i["messages"], i.get("tools")) for i in items]
    order = sorted(range(len(items)), key=lambda i: len(prompts[i]))
    results, counts = [], {}
    for at in range(0, len(order), batch):
        part = order[at:at + batch]
        longest = 150 if any("tools" in items[i] for i in part) else 40
        for i, answer in zip(part, generate(model, tokenizer, [prompts[i] for i in part], longest)):
            results.append((items[i], answer, right(items[i], answer)))
    for item, _, good in results:
        hits, total = counts.get(item["skill"], (0, 0))
        counts[item["skill"]] = hits + good, total + 1
    return {skill: round(100 * h / n, 1) for skill, (h, n) in sorted(counts.items())}, results


def load_model(path):
    """The model of a training checkpoint or, with its rounded weights, of an exported file."""
    if path.endswith(".gguf"):
        from export_gguf import read_model
        return read_model(path)
    saved = torch.load(path, map_location="cpu")
    model = Model(Config(**saved["config"]))
    model.load_state_dict(saved["model"])
    return model


if __name__ == "__main__":
    torch.set_num_threads(2)
    step = int(sys.argv[sys.argv.index("--every") + 1]) if "--every" in sys.argv else 1
    scores, results = evaluate(load_model(sys.argv[1]), Tokenizer.load(), load_items()[::step])
    for item, answer, good in results:
        if "--wrong" in sys.argv and not good:
            said = " / ".join(m["content"] or "(calls)" for m in item["messages"][-3:])
            print(f"{item['skill']}: {said}\n    got {answer!r}, expected {item['reference']!r}")
    print(json.dumps(scores))
