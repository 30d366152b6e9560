import { setTimeout as pause } from 'node:timers/promises';
import type { Manifold } from '../../lib/manifold.ts';
import { residentMegabytes } from '../../lib/process-usage.ts';
import { median } from '../../lib/quantile.ts';
import { slope } from '../../lib/slope.ts';
import { streamChat, type MeasuredAnswer } from '../../lib/stream-chat.ts';
import { shortAnswer } from './latency.ts';

const steps = 4;
const samples = 20;

export interface OpenStreamMemory {
  readonly idleServerMb: number;
  readonly idleHostMb: number;
  readonly perStreamKb: number;
  /** Open streams and the memory of the HTTP process with them. */
  readonly points: readonly (readonly [streams: number, serverMb: number])[];
}

/**
 * Memory of both processes after a few requests, and by how much the HTTP process grows for each stream that is
 * open: the slope over a growing number of streams, so that what the first of them costs for all is not counted.
 */
export async function measureOpenStreams(
  manifold: Manifold,
  { streams, settleSeconds }: { readonly streams: number; readonly settleSeconds: number },
): Promise<OpenStreamMemory> {
  const settleMilliseconds = settleSeconds * 1000;
  for (let request = 0; request < 50; request += 1) await streamChat(manifold, shortAnswer);
  await pause(settleMilliseconds);
  const idleServerMb = residentMegabytes(manifold.pid);
  const idleHostMb = residentMegabytes(manifold.host.pid);

  const leaving = new AbortController();
  const endless = { messages: [{ role: 'user', content: 'forever' }], max_tokens: 100_000 };
  const open: Promise<MeasuredAnswer>[] = [];
  const points: [number, number][] = [];
  for (let step = 1; step <= steps; step += 1) {
    while (open.length < (streams * step) / steps) {
      open.push(streamChat(manifold, endless, { signal: leaving.signal }));
    }
    await pause(settleMilliseconds);
    points.push([open.length, await typicalMegabytes(manifold.pid)]);
  }
  leaving.abort();
  const answers = await Promise.all(open);
  if (answers.some(({ isAborted, arrivals }) => !isAborted || arrivals.length === 0)) {
    throw new Error('Not every stream was open and answered while memory was measured; lower --streams.');
  }
  return { idleServerMb, idleHostMb, perStreamKb: slope(points) * 1000, points };
}

/** Memory swings with every collection of garbage. */
async function typicalMegabytes(pid: number): Promise<number> {
  const measured: number[] = [];
  for (let sample = 0; sample < samples; sample += 1) {
    measured.push(residentMegabytes(pid));
    await pause(100);
  }
  return median(measured);
}
