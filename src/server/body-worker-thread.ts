import { parentPort, workerData } from 'node:worker_threads';
import { toManifoldError } from '../errors.ts';
import type { JsonBounds } from '../lib/json-scan.ts';
import type { ParsedBody } from './body-worker.ts';
import { parseJsonBody } from './parse-json-body.ts';

const bounds = workerData as JsonBounds;

parentPort?.on('message', ({ id, bytes }: { readonly id: number; readonly bytes: Uint8Array }) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
  parentPort?.postMessage(parsed(id, bytes));
});

function parsed(id: number, bytes: Uint8Array): ParsedBody {
  try {
    return { id, value: parseJsonBody(bytes, bounds) };
  } catch (failure) {
    const { code, message, param } = toManifoldError(failure);
    return { id, error: { code, message, param } };
  }
}
