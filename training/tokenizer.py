"""Byte-level BPE with the qwen2 pre-tokeniser (every digit is its own token).

    python3 tokenizer.py train           # writes tokenizer.json

The vocabulary is learnt from whole rendered dialogues. Words seen rarely are
left out first, so that made-up words do not take up merges.
"""
import collections
import json
import os
import random
import sys

import regex

import chat

PATTERN = regex.compile(r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
CONTROL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
RESERVED = ["<tool_call>", "</tool_call>", "<tools>", "</tools>", "<tool_response>", "</tool_response>", "<think>", "</think>"]
_MARKS = regex.compile("(" + "|".join(map(regex.escape, RESERVED)) + ")")
FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tokenizer.json")


def byte_characters():
    """The printable character that stands for each byte in the stored tokens."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    table, extra = {b: chr(b) for b in plain}, 0
    for b in range(256):
        if b not in table:
            table[b] = chr(256 + extra)
            extra += 1
    return table


_TO_CHAR = byte_characters()
_TO_BYTE = {c: b for b, c in _TO_CHAR.items()}


class Tokenizer:
    """Encodes and decodes text; `tokens` is the vocabulary in order."""

    def __init__(self, merges):
        self.merges = [tuple(m) for m in merges]
        self.ranks = {m: i for i, m in enumerate(self.merges)}
        self.tokens = [_TO_CHAR[b] for b in range(256)] + [a + b for a, b in self.merges] + CONTROL + RESERVED
        self.ids = {t: i for i, t in enumerate(self.tokens)}
        self.start, self.end, self.pad = self.ids["<|im_start|>"], self.ids["<|im_end|>"], self.ids["<|endoftext|>"]
        self._cache = {}

    @classmethod
    def load(cls, path=FILE):
        with open(path, encoding="utf-8") as file:
            return cls(json.load(file)["merges"])

    def _word(self, word):
        parts = [_TO_CHAR[b] for b in word.encode()]
        while len(parts) > 1:
            rank, at = min((self.ranks.get(p, 1 << 30), i) for i, p in enumerate(zip(parts, parts[1:])))
            if rank == 1 << 30:
                break
            parts[at:at + 2] = [parts[at] + parts[at + 1]]
        return [self.ids[p] for p in parts]

    def encode(self, text):
        """The token ids of plain text (special tokens are not recognised)."""
        ids = []
        for word in PATTERN.findall(text):
            known = self._cache.get(word)
            if known is None:
                if len(self._cache) > 200000:
                    self._cache.clear()
                known = self._cache[word] = self._word(word)
            ids += known
        return ids

    def decode(self, ids):
        """The text of the ids; special tokens appear by name."""
        data = bytearray()
        for i in ids:
            token = self.tokens[i]
            data += token.encode() if i >= 256 + len(self.merges) else bytes(_TO_BYTE[c] for c in token)
        return data.decode("utf-8", "replace")

    def marked(self, text):
        """The token ids of text in which the reserved tokens count."""
        ids = []
        for part in _MARKS.split(text):
            ids += [self.ids[part]] if part in RESERVED else self.encode(part)
        return ids

    def message(self, role, content):
        """One ChatML message up to and without its end mark, and the end mark with newline."""
        return [self.start] + self.marked(role + "\n" + content), [self.end] + self.encode("\n")

    def prompt(self, messages, tools=None):
        """The ids of the messages followed by the opening of an answer."""
        ids = []
        for role, text in chat.turns(messages, tools):
            body, end = self.message(role, text)
            ids += body + end
        return ids + [self.start] + self.encode("assistant\n")


def train(texts, size, least=20):
    """The merges learnt from the texts for a vocabulary of `size` tokens."""
    counts = collections.Counter(w for t in texts for w in PATTERN.findall(t))
    words = [([_TO_CHAR[b] for b in w.encode()], n) for w, n in counts.items() if n >= least]
    pairs, where = collections.Counter(), collections.defaultdict(set)
    for i, (parts, n) in enumerate(words):
        for p in zip(parts, parts[1:]):
            pairs[p] += n
            where[p].add(i)
    merges = []
    while len(merges) < size - 256 - len(CONTROL) - len(RESERVED):
        best = max(pairs, key=lambda p: (pairs[p], p), default=None)
        if best is None or pairs[best] < least:
            break
        merges.append(best)
        for i in list(where[best]):
            parts, n = words[i]
            for p in zip(parts, parts[1:]):
                pairs[p] -= n
            merged, j = [], 0
            while j < len(parts):
                if tuple(parts[j:j + 2]) == best:
                    merged.append(parts[j] + parts[j + 1])
                    j += 2
                else:
                    merged.append(parts[j])
                    j += 1
            words[i] = (merged, n)
            for p in zip(merged, merged[1:]):
                pairs[p] += n
                where[p].add(i)
        del pairs[best]
    return merges


if __name__ == "__main__" and sys.argv[1:] == ["train"]:
    from generate import dialogue, messages

    rng = random.Random(7)
    rendered = ("".join(f"{m['role']}\n{m['content']}\n" for m in messages(*dialogue(rng))) for _ in range(40000))
    found = train(rendered, 1792)
    with open(FILE, "w", encoding="utf-8") as file:
        json.dump({"merges": found}, file, ensure_ascii=False, separators=(",", ":"))
    print("vocabulary:", len(Tokenizer(found).tokens))
