import { availableParallelism } from 'node:os';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { chatCompletionRequest } from '../src/api/chat-completion-request.ts';
import { builtInModel } from '../src/config/built-in-model.ts';
import { packageRoot } from '../src/config/package-root.ts';
import { createEmbeddedEngine } from '../src/engines/embedded/embedded-engine.ts';
import type { Engine } from '../src/engines/engine.ts';
import { isRightAnswer, type GivenAnswer } from './right-answer.ts';

/**
 * Asks a model the held-out questions, through a real engine host and at temperature 0, and prints the share of right
 * answers per skill. Names, numbers, tools and phrasings are ones it never saw in training.
 *
 *     node scripts/eval-builtin.ts [MODEL.gguf] [--per-skill N] [--only SKILL] [--wrong]
 */
const heldOutItem = z.object({
  skill: z.string(),
  messages: z.array(z.unknown()),
  tools: z.array(z.unknown()).optional(),
  expect: z.array(z.string()),
  match: z.enum(['exact', 'contains', 'one_of', 'number', 'capitals', 'calls']),
  calls: z.array(z.object({ name: z.string(), arguments: z.unknown() })).optional(),
  reference: z.string(),
});
type HeldOutItem = z.infer<typeof heldOutItem>;

const files = ['heldout.jsonl', 'heldout-tools.jsonl'];

/** The held-out items, of every skill or of one, no more of each than asked for. */
function heldOut(perSkill: number, only: string | undefined): HeldOutItem[] {
  const counts = new Map<string, number>();
  return files
    .flatMap((file) =>
      readFileSync(join(packageRoot, 'training', file), 'utf8')
        .trim()
        .split('\n'),
    )
    .map((line) => heldOutItem.parse(JSON.parse(line)))
    .filter(({ skill }) => {
      counts.set(skill, (counts.get(skill) ?? 0) + 1);
      return (counts.get(skill) ?? 0) <= perSkill && (only === undefined || skill === only);
    });
}

async function answerOf(engine: Engine, { messages, tools }: HeldOutItem): Promise<GivenAnswer> {
  const request = chatCompletionRequest.parse({
    model: builtInModel.id,
    messages,
    ...(tools && { tools, tool_choice: 'auto' }),
    temperature: 0,
    max_tokens: tools ? 160 : 60,
  });
  let text = '';
  const calls: { name: string; arguments: string }[] = [];
  for await (const chunk of await engine.chat(request, new AbortController().signal)) {
    const delta = chunk.choices[0]?.delta;
    text += delta?.content ?? '';
    for (const { index, function: called } of delta?.tool_calls ?? []) {
      const call = (calls[index] ??= { name: '', arguments: '' });
      call.name += called?.name ?? '';
      call.arguments += called?.arguments ?? '';
    }
  }
  return { text, calls };
}

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'per-skill': { type: 'string', default: '1000000' },
    only: { type: 'string' },
    wrong: { type: 'boolean', default: false },
  },
});
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const engine = await createEmbeddedEngine(
  {
    modelId: builtInModel.id,
    modelPath: positionals[0] ?? builtInModel.path,
    slots: 4,
    threads: Math.max(1, availableParallelism() - 1),
    env: process.env,
    startTimeoutMs: 60_000,
    stallTimeoutMs: 60_000,
  },
  silent,
);
await engine.start();
try {
  const scores = new Map<string, { right: number; asked: number }>();
  for (const item of heldOut(Number(options['per-skill']), options.only)) {
    const score = scores.get(item.skill) ?? { right: 0, asked: 0 };
    score.asked++;
    const answer = await answerOf(engine, item);
    if (isRightAnswer(item, answer)) score.right++;
    else if (options.wrong)
      process.stdout.write(`${item.skill}: expected ${item.reference}\n  got ${JSON.stringify(answer)}\n`);
    scores.set(item.skill, score);
  }
  const all = { right: 0, asked: 0 };
  for (const [skill, { right, asked }] of scores) {
    all.right += right;
    all.asked += asked;
    process.stdout.write(`${skill.padEnd(16)} ${percent(right, asked)}  ${right}/${asked}\n`);
  }
  process.stdout.write(`${'all'.padEnd(16)} ${percent(all.right, all.asked)}  ${all.right}/${all.asked}\n`);
} finally {
  await engine.close();
}

function percent(right: number, asked: number): string {
  return `${((100 * right) / asked).toFixed(1).padStart(5)} %`;
}
