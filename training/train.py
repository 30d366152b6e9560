"""Trains the model on freshly generated dialogues.

    python3 train.py RUN_FOLDER [--finish-at HH:MM] [--tokens N] ...

Dialogues are packed into rows of fixed length; each attends only to itself.
Only the assistant's words are learnt. The run resumes from its checkpoint.
While it runs, RUN_FOLDER/control may hold `finish_at=HH:MM`: the learning
rate then falls linearly to zero so as to end at that time. Time in which the
process was stopped is left out of the measured speed.
"""
import argparse
import json
import os
import random
import signal
import time

import numpy as np
import torch
import torch.nn.functional as F

import chat
from evaluate import evaluate, load_items, load_model
from generate import conversation, first_stage, messages
from model import Config, Model, angles, fast
from tokenizer import Tokenizer

ARGS = argparse.ArgumentParser()
ARGS.add_argument("folder")
ARGS.add_argument("--width", type=int, default=256)
ARGS.add_argument("--layers", type=int, default=6)
ARGS.add_argument("--hidden", type=int, default=704)
ARGS.add_argument("--rate", type=float, default=1.5e-3)
ARGS.add_argument("--threads", type=int, default=2)
ARGS.add_argument("--stage1", type=float, default=2.0e6, help="tokens of the first stage")
ARGS.add_argument("--tools", type=float, default=0.4, help="share of dialogues with tools after the first stage")
ARGS.add_argument("--simple-tools", type=float, default=0, help="tokens after the first stage in which tool dialogues are short and three in five")
ARGS.add_argument("--name-weight", type=float, default=1.0, help="what the tokens of a called name count for")
ARGS.add_argument("--drill-tools", type=float, default=0, help="tokens up to which three in ten dialogues are drills of picking tools")
ARGS.add_argument("--tokens", type=float, default=30e6, help="tokens in all, if no finish_at is given")
ARGS.add_argument("--decay", type=float, default=0.35, help="last part of the run in which the rate falls to zero")
ARGS.add_argument("--finish-at", default="")
ARGS.add_argument("--start-from", default="", help="an exported .gguf or a checkpoint whose weights to go on from")
ARGS.add_argument("--seed", type=int, default=1)
ARGS.add_argument("--eval-every", type=float, default=180, help="seconds between checkpoints with evaluation")


def weights_of(targets, opening, closing, weight):
    """What each target counts for: tokens of a call's name `weight`, since choosing is harder than all that follows."""
    weights, inside = [1.0] * len(targets), False
    for at, target in enumerate(targets):
        if inside:
            weights[at] = weight
            inside = target != closing
        else:
            inside = targets[at + 1 - len(opening):at + 1] == opening
    return weights


class Packer:
    """Gives (ids, targets, mask, weights) batches; targets are -1 where nothing is learnt."""

    def __init__(self, tokenizer, seed, tools_share, name_weight):
        self.name_weight, self.opening, self.closing = name_weight, tokenizer.encode('{"name": "'), tokenizer.encode('"')[0]
        self.tokenizer, self.rng, self.waiting, self.tools_share = tokenizer, random.Random(seed), [], tools_share

    def _encoded(self, stage):
        if stage == 1:
            made, tools = messages(*first_stage(self.rng)), None
        else:
            made, tools = conversation(self.rng, 16 if stage == 3 else 6, 0.6 if stage in ("simple", "drill") else self.tools_share, stage in ("simple", "drill") and stage)
        ids, targets = [], []
        for role, text in chat.turns(made, tools):
            body, end = self.tokenizer.message(role, text)
            ids += body + end
            learnt = role == "assistant"
            head = 1 + len(self.tokenizer.encode("assistant\n")) if learnt else 0
            targets += [-1] * head + body[head:] + end[:1] + [-1] * (len(end) - 1) if learnt else [-1] * (len(body) + len(end))
        return ids[:-1], targets[1:], weights_of(targets[1:], self.opening, self.closing, self.name_weight)

    def batch(self, rows, length, stage):
        ids = np.full((rows, length), self.tokenizer.pad, np.int64)
        targets = np.full((rows, length), -1, np.int64)
        which = np.zeros((rows, length), np.int32)
        weights = np.ones((rows, length), np.float32)
        for row in range(rows):
            at, piece, tries = 0, 1, 0
            while tries < 8:
                item = self.waiting.pop() if self.waiting and tries == 0 and len(self.waiting) > 24 else self._encoded(stage)
                if len(item[0]) > length:
                    continue
                if at + len(item[0]) > length:
                    tries += 1
                    self.waiting = (self.waiting + [item])[-64:]
                    continue
                end = at + len(item[0])
                ids[row, at:end], targets[row, at:end], weights[row, at:end], which[row, at:end] = item[0], item[1], item[2], piece
                at, piece = end, piece + 1
        same = torch.from_numpy(which[:, None, :] == which[:, :, None]) & torch.ones(length, length).tril().bool()
        mask = torch.zeros(same.shape, dtype=fast()).masked_fill_(~same, -30000.0)
        return torch.from_numpy(ids), torch.from_numpy(targets), mask[:, None], torch.from_numpy(weights)


def finish_time(text):
    """HH:MM today (or tomorrow, if that is long past) as seconds."""
    now = time.localtime()
    hour, minute = map(int, text.split(":"))
    then = time.mktime(now[:3] + (hour, minute, 0) + now[6:])
    return then + 86400 if then < time.time() - 43200 else then


def main():
    args = ARGS.parse_args()
    os.makedirs(args.folder, exist_ok=True)
    path = lambda name: os.path.join(args.folder, name)
    with open(path("pid"), "w") as file:
        file.write(str(os.getpid()))
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    tokenizer = Tokenizer.load()
    if args.start_from:
        model = load_model(args.start_from)
    else:
        model = Model(Config(len(tokenizer.tokens), args.width, args.layers, hidden=args.hidden))
    matrices = [p for p in model.parameters() if p.dim() > 1]
    others = [p for p in model.parameters() if p.dim() == 1]
    groups = [{"params": matrices, "weight_decay": 0.05}, {"params": others, "weight_decay": 0.0}]
    optimiser = torch.optim.AdamW(groups, lr=args.rate, betas=(0.9, 0.95), foreach=True)
    done = {"tokens": 0, "step": 0, "seconds": 0.0}
    if os.path.exists(path("checkpoint.pt")):
        saved = torch.load(path("checkpoint.pt"))
        model.load_state_dict(saved["model"])
        optimiser.load_state_dict(saved["optimiser"])
        done = saved["done"]
    print("parameters:", sum(p.numel() for p in model.parameters()), "from", done, flush=True)
    packer = Packer(tokenizer, args.seed * 1000003 + done["step"], args.tools, args.name_weight)
    items = load_items()[::4]
    turns = angles(model.config, torch.arange(1024))
    tick, last_eval, decay_from, losses = time.time(), done["seconds"], None, []

    def save(final=False):
        state = {"model": model.state_dict(), "optimiser": optimiser.state_dict(), "done": done, "config": model.config.as_dict()}
        torch.save(state, path("new.pt"))
        os.replace(path("new.pt"), path("checkpoint.pt"))
        scores = evaluate(model, tokenizer, load_items() if final else items)[0]
        line = {**done, "loss": float(np.mean(losses[-200:])), "rate": optimiser.param_groups[0]["lr"], "scores": scores}
        print(json.dumps(line), flush=True)

    stopping = []
    signal.signal(signal.SIGTERM, lambda *_: stopping.append(True))
    while not stopping:
        control = open(path("control")).read() if os.path.exists(path("control")) else ""
        finish = next((l.split("=")[1].strip() for l in control.splitlines() if l.startswith("finish_at=")), args.finish_at)
        if finish:
            left = max(0.0, finish_time(finish) - time.time())
            if decay_from is None and left < args.decay * (done["seconds"] + left):
                decay_from = max(left, 1)
            factor = 1.0 if decay_from is None else min(1.0, left / decay_from)
            over = left <= 0
        else:
            share = done["tokens"] / args.tokens
            factor, over = min(1.0, (1 - share) / args.decay), share >= 1
        if over:
            break
        stage = 1 if done["tokens"] < args.stage1 else 2
        if stage == 2 and done["tokens"] < args.stage1 + args.simple_tools:
            rows, length, stage = 8, 256, "simple"
        elif stage == 2 and done["tokens"] < args.drill_tools:
            rows, length, stage = 4, 512, "drill"
        elif stage == 2 and done["step"] % 25 == 0:
            rows, length, stage = 2, 1024, 3
        elif stage == 2 and done["step"] % 25 < 12:
            rows, length = 4, 512
        else:
            rows, length = (10, 128) if stage == 1 else (8, 256)
        ids, targets, mask, weights = packer.batch(rows, length, stage)
        chosen = targets.flatten() >= 0
        hidden = model(ids, turns[:length], mask).flatten(0, 1)[chosen]
        each = F.cross_entropy(model.head(hidden), targets.flatten()[chosen], reduction="none")
        weighing = weights.flatten()[chosen]
        loss = (each * weighing).sum() / weighing.sum()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for group in optimiser.param_groups:
            group["lr"] = args.rate * max(factor, 0.0) * min(1.0, (done["step"] + 1) / 60)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        losses.append(each.mean().item())
        now = time.time()
        done = {"tokens": done["tokens"] + rows * length, "step": done["step"] + 1, "seconds": done["seconds"] + min(now - tick, 5.0)}
        tick = now
        if done["step"] % 100 == 0:
            print(f"step {done['step']} tokens {done['tokens']} loss {np.mean(losses[-100:]):.3f} "
                  f"{done['tokens'] / done['seconds']:.0f} tok/s lr {optimiser.param_groups[0]['lr']:.2e}", flush=True)
        if done["seconds"] - last_eval > args.eval_every:
            save()
            last_eval, tick = done["seconds"], time.time()
    save(final=not stopping)


if __name__ == "__main__":
    main()
