import { setTimeout as pause } from 'node:timers/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createRawClient } from './raw-client.ts';
import { chatRequest, type Target } from './target.ts';
import { cpuOf, memoryOf } from './usage-of.ts';
import { watchStream, type StreamWatch } from './watch-stream.ts';

const everyMs = 20;
/** A gap that a reader sees. */
const stallMs = 100;
/** Less of the events than this, and the target falls behind, though no gap shows it yet. */
const enoughOfEvents = 0.95;
/** An end that was later than this itself says nothing of what stands between the ends. */
const lateMs = 50;
const tries = 3;

export interface SteadyStreams {
  readonly streams: number;
  readonly stalled: number;
  readonly longestGapMs: number;
  /** Events that came, of those that should have. */
  readonly share: number;
  /** No stream stalled, and the events kept coming. */
  readonly isSteady: boolean;
  readonly cpuPerEvent: number;
  readonly memoryMb: number;
  /** The most that the two ends were late themselves. */
  readonly upstreamLateMs: number;
  readonly clientLateMs: number;
}

interface Options {
  readonly streams: number;
  readonly openSeconds: number;
  readonly seconds: number;
}

/**
 * Opens so many streams of 50 tokens a second each and watches all of them for a while. When streams stalled and an end
 * of the measurement was late itself, it is done again, up to two times.
 */
export async function measureSteadyStreams(target: Target, upstream: Target, options: Options): Promise<SteadyStreams> {
  for (let count = 1; ; count += 1) {
    const seen = await watchStreams(target, upstream, options);
    const isInDoubt = !seen.isSteady && Math.max(seen.upstreamLateMs, seen.clientLateMs) > lateMs;
    if (!isInDoubt || count === tries) return seen;
  }
}

async function watchStreams(target: Target, upstream: Target, options: Options): Promise<SteadyStreams> {
  const request = chatRequest(target, { tokens: 1_000_000, everyMs, isStream: true });
  const clients = Array.from({ length: options.streams }, () => createRawClient(target.port));
  const watches: StreamWatch[] = [];
  try {
    for (const client of clients) {
      const watch = watchStream();
      watches.push(watch);
      // Streams do not end by themselves; one that does stalls from then on.
      client.ask(request, watch.take).catch(watch.fail);
      await pause((options.openSeconds * 1000) / options.streams);
    }
    await pause(options.openSeconds * 1000);
    await takeLateness(upstream);
    using delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const cpuBefore = cpuOf(target.pid);
    const startedAt = performance.now();
    for (const watch of watches) watch.start(startedAt);
    await pause(options.seconds * 1000);
    const endedAt = performance.now();
    delay.disable();
    const seen = watches.map((watch) => watch.read(endedAt));
    const events = seen.reduce((sum, each) => sum + each.events, 0);
    const share = events / ((options.streams * (endedAt - startedAt)) / everyMs);
    const stalled = seen.filter(({ longestGapMs }) => longestGapMs > stallMs).length;
    return {
      streams: options.streams,
      stalled,
      longestGapMs: Math.max(...seen.map(({ longestGapMs }) => longestGapMs)),
      share,
      isSteady: stalled === 0 && share >= enoughOfEvents,
      cpuPerEvent: (cpuOf(target.pid) - cpuBefore) / events,
      memoryMb: memoryOf(target.pid),
      upstreamLateMs: await takeLateness(upstream),
      clientLateMs: delay.max / 1e6,
    };
  } finally {
    for (const client of clients) client.close();
    // What was open is closed behind the target before the next measurement begins.
    await pause(300);
  }
}

async function takeLateness(upstream: Target): Promise<number> {
  const client = createRawClient(upstream.port);
  let text = '';
  await client.ask(
    Buffer.from('GET /lateness HTTP/1.1\r\nhost: upstream\r\n\r\n'),
    (bytes) => (text += bytes.toString()),
  );
  client.close();
  return Number(text);
}
