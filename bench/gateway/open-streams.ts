import type { Manifold } from '../lib/manifold.ts';
import { median } from '../lib/quantile.ts';
import { residentMegabytes } from '../lib/process-usage.ts';
import { streamChat } from '../lib/stream-chat.ts';
import { shortAnswer } from './latency.ts';

const settleMilliseconds = 2000;
const samples = 20;

export interface OpenStreamMemory {
  readonly idleServerMb: number;
  readonly idleHostMb: number;
  readonly perStreamKb: number;
}

/**
 * Memory of both processes after a few requests, and by how much the HTTP process grows for each stream that is
 * open. It counts the garbage between two collections too, so it is an upper bound.
 */
export async function measureOpenStreams(manifold: Manifold, streams: number): Promise<OpenStreamMemory> {
  for (let request = 0; request < 50; request += 1) await streamChat(manifold, shortAnswer);
  await pause(settleMilliseconds);
  const idleServerMb = residentMegabytes(manifold.pid);
  const idleHostMb = residentMegabytes(manifold.host.pid);

  const leaving = new AbortController();
  const endless = { messages: [{ role: 'user', content: 'forever' }], max_tokens: 100_000 };
  const open = Array.from({ length: streams }, () => streamChat(manifold, endless, { signal: leaving.signal }));
  await pause(settleMilliseconds);
  const measured: number[] = [];
  for (let sample = 0; sample < samples; sample += 1) {
    measured.push(residentMegabytes(manifold.pid));
    await pause(100);
  }
  leaving.abort();
  const answers = await Promise.all(open);
  if (answers.some(({ isAborted, arrivals }) => !isAborted || arrivals.length === 0)) {
    throw new Error('Not every stream was open and answered while memory was measured; lower --streams.');
  }
  return { idleServerMb, idleHostMb, perStreamKb: ((median(measured) - idleServerMb) * 1000) / streams };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
