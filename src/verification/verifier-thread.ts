import { parentPort } from 'node:worker_threads';
import type { OutputConstraint } from '../api/internal/engine-request.ts';
import { findProblem } from './find-problem.ts';
import type { Finding, Question } from './verifier.ts';

/* oxlint-disable unicorn/require-post-message-target-origin -- a thread's port has no origin */

parentPort?.on('message', ({ text, output }: Question) => {
  parentPort?.postMessage(find(text, JSON.parse(output) as OutputConstraint));
});
// Loading takes time of its own, which no check is to pay for.
parentPort?.postMessage('ready');

function find(text: string, output: OutputConstraint): Finding {
  try {
    return { problem: findProblem(text, output) };
  } catch (failure) {
    return { failure: String(failure) };
  }
}
