import { workerData } from 'node:worker_threads';
import { toManifoldError } from '../../errors.ts';
import type { JsonBounds } from '../../lib/json-scan.ts';
import { answerQuestions } from '../../lib/thread-questions.ts';
import type { ParsedBody } from './body-worker.ts';
import { parseJsonBody } from './parse-json-body.ts';

answerQuestions((bytes: Uint8Array): ParsedBody => {
  try {
    return { value: parseJsonBody(bytes, workerData as JsonBounds) };
  } catch (failure) {
    const { code, message, param } = toManifoldError(failure);
    return { error: { code, message, param } };
  }
});
