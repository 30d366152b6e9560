"""Writes a checkpoint as GGUF (llama architecture, Q8_0) and reads it back.

    python3 export_gguf.py CHECKPOINT OUT.gguf
    python3 export_gguf.py --check CHECKPOINT OUT.gguf

The layout is written by hand with struct and numpy. Matrices are Q8_0 (blocks
of 32 weights: a half-precision scale and 32 signed bytes), norms are F32.
"""
import struct
import sys

import numpy as np
import torch

import chat
from model import Config, Model
from tokenizer import CONTROL, RESERVED, Tokenizer

ALIGN, F32, Q8_0 = 32, 0, 8


def tensors(state, layers):
    """GGUF names with fp32 arrays; the fused matrices are taken apart."""
    a = lambda key: state[key].float().numpy()
    yield "token_embd.weight", a("embed")
    yield "output_norm.weight", a("norm")
    yield "output.weight", a("output")
    for i in range(layers):
        name, key = f"blk.{i}.", f"blocks.{i}."
        yield name + "attn_norm.weight", a(key + "attn_norm")
        yield name + "ffn_norm.weight", a(key + "ffn_norm")
        for part, matrix in zip("qkv", np.split(a(key + "qkv"), 3)):
            yield name + f"attn_{part}.weight", matrix
        yield name + "attn_output.weight", a(key + "attn_output")
        for part, matrix in zip(("gate", "up"), np.split(a(key + "gate_up"), 2)):
            yield name + f"ffn_{part}.weight", matrix
        yield name + "ffn_down.weight", a(key + "ffn_down")


def quantise(matrix):
    """The bytes of a matrix as Q8_0 blocks along its rows."""
    blocks = matrix.reshape(-1, 32)
    scale = (np.abs(blocks).max(1) / 127).astype(np.float16)
    divisor = np.where(scale == 0, 1, scale.astype(np.float32))
    whole = np.clip(np.rint(blocks / divisor[:, None]), -127, 127).astype(np.int8)
    return np.concatenate((scale[:, None].view(np.uint8), whole.view(np.uint8)), 1).tobytes()


def dequantise(data, shape):
    """The inverse of quantise, up to rounding."""
    raw = np.frombuffer(data, np.uint8).reshape(-1, 34)
    return (raw[:, :2].copy().view(np.float16).astype(np.float32) * raw[:, 2:].copy().view(np.int8)).reshape(shape)


def _string(text):
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def _pair(key, value):
    """One key with its value; the type follows from the Python type."""
    head = _string(key)
    if isinstance(value, bool):
        return head + struct.pack("<I?", 7, value)
    if isinstance(value, int):
        return head + struct.pack("<II", 4, value)
    if isinstance(value, float):
        return head + struct.pack("<If", 6, value)
    if isinstance(value, str):
        return head + struct.pack("<I", 8) + _string(value)
    if isinstance(value[0], str):
        return head + struct.pack("<IIQ", 9, 8, len(value)) + b"".join(map(_string, value))
    return head + struct.pack("<IIQ", 9, 5, len(value)) + struct.pack(f"<{len(value)}i", *value)


def metadata(config, tokenizer):
    """All keys of the file."""
    kinds = [1] * (len(tokenizer.tokens) - len(CONTROL) - len(RESERVED)) + [3] * len(CONTROL) + [4] * len(RESERVED)
    return {
        "general.architecture": "llama", "general.type": "model", "general.name": "Manifold Built-in",
        "general.description": "A very small chat model, trained from scratch on generated dialogues.",
        "general.license": "apache-2.0", "general.languages": ["en"], "general.file_type": 7,
        "general.alignment": ALIGN, "general.quantization_version": 2,
        "llama.context_length": config["context"], "llama.embedding_length": config["width"],
        "llama.block_count": config["layers"], "llama.feed_forward_length": config["hidden"],
        "llama.vocab_size": config["vocab"], "llama.attention.head_count": config["heads"],
        "llama.attention.head_count_kv": config["heads"],
        "llama.rope.dimension_count": config["width"] // config["heads"],
        "llama.attention.layer_norm_rms_epsilon": float(config["epsilon"]), "llama.rope.freq_base": float(config["base"]),
        "tokenizer.ggml.model": "gpt2", "tokenizer.ggml.pre": "qwen2", "tokenizer.ggml.tokens": tokenizer.tokens,
        "tokenizer.ggml.token_type": kinds, "tokenizer.ggml.merges": [f"{a} {b}" for a, b in tokenizer.merges],
        "tokenizer.ggml.bos_token_id": tokenizer.start, "tokenizer.ggml.eos_token_id": tokenizer.end,
        "tokenizer.ggml.padding_token_id": tokenizer.pad, "tokenizer.ggml.add_bos_token": False,
        "tokenizer.chat_template": chat.template(),
    }


def write(path, config, state, tokenizer):
    """Writes the whole file."""
    pairs = metadata(config, tokenizer)
    infos, blobs, offset = b"", [], 0
    count = 0
    for name, array in tensors(state, config["layers"]):
        kind = F32 if array.ndim == 1 else Q8_0
        data = array.astype("<f4").tobytes() if kind == F32 else quantise(array)
        infos += _string(name) + struct.pack("<I", array.ndim) + struct.pack(f"<{array.ndim}Q", *reversed(array.shape)) + struct.pack("<IQ", kind, offset)
        data += b"\0" * (-len(data) % ALIGN)
        blobs.append(data)
        offset, count = offset + len(data), count + 1
    head = b"GGUF" + struct.pack("<IQQ", 3, count, len(pairs)) + b"".join(_pair(k, v) for k, v in pairs.items()) + infos
    with open(path, "wb") as file:
        file.write(head + b"\0" * (-len(head) % ALIGN) + b"".join(blobs))


def read(path):
    """(keys, {tensor name: fp32 array}) of a file with the types used here."""
    data, at = open(path, "rb").read(), 24

    def take(form):
        nonlocal at
        values = struct.unpack_from("<" + form, data, at)
        at += struct.calcsize("<" + form)
        return values[0]

    def text():
        nonlocal at
        size = take("Q")
        at += size
        return data[at - size:at].decode()

    def value(kind):
        if kind == 9:
            inner, size = take("I"), take("Q")
            return [value(inner) for _ in range(size)]
        return text() if kind == 8 else take({4: "I", 5: "i", 6: "f", 7: "?"}[kind])

    magic, version, tensor_count, pair_count = struct.unpack_from("<4sIQQ", data, 0)
    assert magic == b"GGUF" and version == 3
    keys = {}
    for _ in range(pair_count):
        key = text()
        keys[key] = value(take("I"))
    infos = []
    for _ in range(tensor_count):
        name, dims = text(), take("I")
        shape = [take("Q") for _ in range(dims)][::-1]
        infos.append((name, shape, take("I"), take("Q")))
    start, found = at + -at % ALIGN, {}
    for name, shape, kind, offset in infos:
        size = int(np.prod(shape))
        length = size * 4 if kind == F32 else size // 32 * 34
        part = data[start + offset:start + offset + length]
        found[name] = np.frombuffer(part, "<f4").reshape(shape) if kind == F32 else dequantise(part, shape)
    return keys, found


def read_model(path):
    """The model with the weights as they are in the file."""
    keys, found = read(path)
    part = lambda key: keys["llama." + key]
    config = Config(part("vocab_size"), part("embedding_length"), part("block_count"), part("attention.head_count"),
                    part("feed_forward_length"), part("rope.freq_base"), part("attention.layer_norm_rms_epsilon"), part("context_length"))
    state = {"embed": found["token_embd.weight"], "norm": found["output_norm.weight"], "output": found["output.weight"]}
    for i in range(config.layers):
        of = lambda *names: np.concatenate([found[f"blk.{i}.{n}.weight"] for n in names])
        state.update({f"blocks.{i}.{n}": of(n) for n in ("attn_norm", "ffn_norm", "attn_output", "ffn_down")})
        state[f"blocks.{i}.qkv"], state[f"blocks.{i}.gate_up"] = of("attn_q", "attn_k", "attn_v"), of("ffn_gate", "ffn_up")
    model = Model(config)
    model.load_state_dict({k: torch.from_numpy(v.copy()) for k, v in state.items()})
    return model


def check(path, config, state):
    """Prints the largest relative error of a tensor read back."""
    keys, found = read(path)
    worst = max(np.abs(found[n] - a).max() / np.abs(a).max() for n, a in tensors(state, config["layers"]))
    print(f"{len(keys)} keys, {len(found)} tensors, worst relative error {worst:.4f}, vocabulary {len(keys['tokenizer.ggml.tokens'])}")
    assert worst < 0.006 and len(keys["tokenizer.ggml.tokens"]) == config["vocab"]


if __name__ == "__main__":
    source, target = sys.argv[-2:]
    saved = torch.load(source, map_location="cpu")
    if "--check" not in sys.argv:
        write(target, saved["config"], saved["model"], Tokenizer.load())
    check(target, saved["config"], saved["model"])
