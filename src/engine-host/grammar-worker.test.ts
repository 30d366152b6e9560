import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { GrammarOrder } from '../formats/answer-grammar.ts';
import { fallback } from '../formats/families/json-in-tags.ts';
import { createGrammarWorker } from './grammar-worker.ts';
import { writeGrammar } from './write-grammar.ts';

const choosing = (text: string): GrammarOrder => ({
  format: fallback,
  tools: [],
  choice: 'none',
  parallel: false,
  promptEnd: '',
  output: { kind: 'choice', choices: [text], param: 'guided_choice' },
});

it('a grammar that was written in time is its own, however late it is read', async () => {
  const timeoutMs = 1000;
  const worker = createGrammarWorker({ timeoutMs, heapMegabytes: 96 });
  await worker.write(choosing('warm'));
  const first = worker.write(choosing('first'));
  const second = worker.write(choosing('second'));
  await setImmediate();
  // The time is up before anyone here sees the answer, which has long been sent.
  const until = performance.now() + 2 * timeoutMs;
  while (performance.now() < until);

  expect(await second).toEqual(writeGrammar(choosing('second')));
  expect(await first).toEqual(writeGrammar(choosing('first')));
  await worker.close();
});

it('a crowd beyond the bound is turned away, and room is found again', async () => {
  const worker = createGrammarWorker();
  const crowd = await Promise.allSettled(
    Array.from({ length: 300 }, (_, at) => worker.write(choosing(`choice ${at}`))),
  );

  expect(crowd.filter(({ status }) => status === 'fulfilled')).toHaveLength(256);
  expect(crowd.at(-1)).toMatchObject({ reason: { code: 'engine_overloaded', retryAfterSeconds: 1 } });
  await expect(worker.write(choosing('later'))).resolves.toBeDefined();
  await worker.close();
});
