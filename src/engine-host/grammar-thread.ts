import { parentPort } from 'node:worker_threads';
import { toManifoldError } from '../errors.ts';
import type { GrammarOrder } from '../formats/answer-grammar.ts';
import type { GrammarAnswer } from './grammar-worker.ts';
import { writeGrammar } from './write-grammar.ts';

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
parentPort?.postMessage('ready');

parentPort?.on('message', (order: GrammarOrder) => {
  const answer = written(order);
  const moved =
    'written' in answer ? Object.values(answer.written.compiled).map((table: ArrayBufferView) => table.buffer) : [];
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
  parentPort?.postMessage(answer, moved as ArrayBuffer[]);
});

function written(order: GrammarOrder): GrammarAnswer {
  try {
    return { written: writeGrammar(order) };
  } catch (failure) {
    const { code, message, param, cause } = toManifoldError(failure);
    return { error: { code, message, param, cause: code === 'internal_error' ? String(cause) : undefined } };
  }
}
