import { parentPort } from 'node:worker_threads';
import { toManifoldError } from '../../../errors.ts';
import type { HeldAnswer } from './held-grammars.ts';
import { writeHeldGrammar, type HeldOrder } from './write-held-grammar.ts';

/* oxlint-disable unicorn/require-post-message-target-origin -- a thread's port has no origin */

parentPort?.on('message', (order: HeldOrder) => parentPort?.postMessage(written(order)));
// Loading takes time of its own, which no grammar is to pay for.
parentPort?.postMessage('ready');

function written(order: HeldOrder): HeldAnswer {
  try {
    return { written: writeHeldGrammar(order) };
  } catch (failure) {
    const { code, message, param } = toManifoldError(failure);
    return { error: { code, message, param } };
  }
}
