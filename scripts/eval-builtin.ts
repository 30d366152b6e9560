import { availableParallelism } from 'node:os';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { chatCompletionRequest } from '../src/api/chat-completion-request.ts';
import { builtInModel } from '../src/config/built-in-model.ts';
import { packageRoot } from '../src/config/package-root.ts';
import { createEmbeddedEngine } from '../src/engines/embedded/embedded-engine.ts';
import type { Engine } from '../src/engines/engine.ts';
import { isRightAnswer } from './right-answer.ts';

/**
 * Asks the built-in model the held-out questions, through a real engine host and at temperature 0, and prints
 * the share of right answers per skill. Names, numbers and phrasings are ones it never saw in training.
 */
const heldOutItem = z.object({
  skill: z.string(),
  messages: z.array(z.object({ role: z.string(), content: z.string() })),
  expect: z.array(z.string()),
  match: z.enum(['exact', 'contains', 'one_of', 'number', 'capitals']),
});
type HeldOutItem = z.infer<typeof heldOutItem>;

async function answerOf(engine: Engine, { messages }: HeldOutItem): Promise<string> {
  const request = chatCompletionRequest.parse({ model: builtInModel.id, messages, temperature: 0, max_tokens: 60 });
  let text = '';
  for await (const chunk of await engine.chat(request, new AbortController().signal)) {
    text += chunk.choices[0]?.delta.content ?? '';
  }
  return text;
}

const silent = { debug: () => undefined, info: () => undefined, error: () => undefined };
const engine = await createEmbeddedEngine(
  {
    modelId: builtInModel.id,
    modelPath: process.argv[2] ?? builtInModel.path,
    slots: 4,
    threads: Math.max(1, availableParallelism() - 1),
    startTimeoutMs: 60_000,
    stallTimeoutMs: 60_000,
  },
  silent,
);
await engine.start();
try {
  const lines = readFileSync(join(packageRoot, 'training', 'heldout.jsonl'), 'utf8')
    .trim()
    .split('\n');
  const scores = new Map<string, { right: number; asked: number }>();
  for (const item of lines.map((line) => heldOutItem.parse(JSON.parse(line)))) {
    const score = scores.get(item.skill) ?? { right: 0, asked: 0 };
    score.asked++;
    if (isRightAnswer(item, await answerOf(engine, item))) score.right++;
    scores.set(item.skill, score);
  }
  const all = { right: 0, asked: 0 };
  for (const [skill, { right, asked }] of scores) {
    all.right += right;
    all.asked += asked;
    process.stdout.write(`${skill.padEnd(14)} ${percent(right, asked)}  ${right}/${asked}\n`);
  }
  process.stdout.write(`${'all'.padEnd(14)} ${percent(all.right, all.asked)}  ${all.right}/${all.asked}\n`);
} finally {
  await engine.close();
}

function percent(right: number, asked: number): string {
  return `${((100 * right) / asked).toFixed(1).padStart(5)} %`;
}
