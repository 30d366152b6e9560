import { parentPort } from 'node:worker_threads';
import type { ParsedApart } from './json-apart.ts';

const pieces: Uint8Array[] = [];

parentPort?.on('message', (piece: Uint8Array | null) => {
  if (piece !== null) pieces.push(piece);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
  else parentPort?.postMessage(parsed());
});

function parsed(): ParsedApart {
  try {
    return { value: JSON.parse(Buffer.concat(pieces).toString('utf8')) };
  } catch (failure) {
    return { problem: failure instanceof Error ? failure.message : String(failure) };
  }
}
