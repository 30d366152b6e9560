"""The transformer (llama architecture), written for fast training on a CPU.

Master weights, residual stream and norms are fp32; matrix products and
attention run in bf16 where the CPU multiplies it, in fp32 elsewhere. Rotary positions turn adjacent pairs (2i, 2i+1), as
llama.cpp's llama architecture expects. No biases, RMS norm, SwiGLU.
"""
import functools
import math
from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import nn


@functools.cache
def fast():
    """The type of matrix products: without avx512_bf16, bf16 is emulated and many times slower than fp32."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        return torch.bfloat16 if "avx512_bf16" in file.read() else torch.float32


@dataclass
class Config:
    vocab: int
    width: int = 256
    layers: int = 6
    heads: int = 4
    hidden: int = 704
    base: float = 10000.0
    epsilon: float = 1e-5
    context: int = 1024

    def as_dict(self):
        return asdict(self)


class _Norm(torch.autograd.Function):
    """RMS norm with few passes over the memory."""

    @staticmethod
    def forward(ctx, x, weight, epsilon):
        scale = torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + epsilon)
        normed = x * scale
        ctx.save_for_backward(normed, scale, weight)
        return (normed * weight).to(fast())

    @staticmethod
    def backward(ctx, grad):
        normed, scale, weight = ctx.saved_tensors
        grad = grad.float()
        inner = grad * weight
        dot = (inner * normed).mean(-1, keepdim=True)
        return torch.addcmul(inner, normed, dot, value=-1).mul_(scale), (grad * normed).flatten(0, -2).sum(0), None


class _Rotate(torch.autograd.Function):
    """Turns adjacent pairs of the last dimension by the position's angle."""

    @staticmethod
    def forward(ctx, x, turn):
        ctx.turn = turn
        return torch.view_as_real(torch.view_as_complex(x.float().unflatten(-1, (-1, 2))) * turn).flatten(-2).to(fast())

    @staticmethod
    def backward(ctx, grad):
        back = torch.view_as_complex(grad.float().unflatten(-1, (-1, 2))) * ctx.turn.conj()
        return torch.view_as_real(back).flatten(-2).to(fast()), None


def angles(config, positions):
    """Complex turns for the positions, shape (len, head width / 2)."""
    head = config.width // config.heads
    speed = config.base ** (-torch.arange(0, head, 2).float() / head)
    angle = positions.float()[..., None] * speed
    return torch.polar(torch.ones_like(angle), angle)


class Block(nn.Module):
    """Attention and feed-forward, each added to the residual stream."""

    def __init__(self, c):
        super().__init__()
        self.c = c
        self.attn_norm, self.ffn_norm = nn.Parameter(torch.ones(c.width)), nn.Parameter(torch.ones(c.width))
        std = c.width ** -0.5
        self.qkv = nn.Parameter(torch.randn(3 * c.width, c.width) * std)
        self.attn_output = nn.Parameter(torch.zeros(c.width, c.width))
        self.gate_up = nn.Parameter(torch.randn(2 * c.hidden, c.width) * std)
        self.ffn_down = nn.Parameter(torch.zeros(c.width, c.hidden))

    def forward(self, x, turn, mask, cache=None):
        c, (rows, length, _) = self.c, x.shape
        h = _Norm.apply(x, self.attn_norm, c.epsilon)
        qkv = F.linear(h, self.qkv.to(fast())).view(rows, length, 3, c.heads, -1)
        qk = _Rotate.apply(qkv[:, :, :2].permute(2, 0, 3, 1, 4), turn)
        q, k, v = qk[0], qk[1], qkv[:, :, 2].transpose(1, 2)
        if cache is not None:
            if "k" in cache:
                k, v = torch.cat((cache["k"], k), 2), torch.cat((cache["v"], v), 2)
            cache["k"], cache["v"] = k, v
        score = (q * (1 / math.sqrt(q.shape[-1]))) @ k.transpose(-1, -2)
        mixed = F.softmax(score + mask, -1) @ v
        x = x + F.linear(mixed.transpose(1, 2).reshape(rows, length, -1), self.attn_output.to(fast())).float()
        gate, up = F.linear(_Norm.apply(x, self.ffn_norm, c.epsilon), self.gate_up.to(fast())).chunk(2, -1)
        return x + F.linear(F.silu(gate) * up, self.ffn_down.to(fast())).float()


class Model(nn.Module):
    """Token ids to the residual stream after the last norm; `head` gives logits."""

    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embed = nn.Parameter(torch.randn(config.vocab, config.width) * 0.5)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.layers))
        self.norm = nn.Parameter(torch.ones(config.width))
        self.output = nn.Parameter(torch.randn(config.vocab, config.width) * config.width ** -0.5)

    def forward(self, ids, turn, mask, caches=None):
        """ids (rows, length); mask bf16, added to the scores; caches: a dict per layer."""
        x = F.embedding(ids, self.embed)
        for i, block in enumerate(self.blocks):
            x = block(x, turn, mask, caches[i] if caches else None)
        return _Norm.apply(x, self.norm, self.config.epsilon)

    def head(self, hidden):
        return F.linear(hidden, self.output.to(fast())).float()
