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
  const timeoutMs = 200;
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
