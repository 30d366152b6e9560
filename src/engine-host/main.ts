import { rmdirSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { dirname } from 'node:path';
import { hostOptions, hostProtocol, type HostEvent, type HostOptions } from '../api/internal/engine-host.ts';
import { toManifoldError } from '../errors.ts';
import { freeMemory } from '../lib/free-memory.ts';
import { reasonOf } from './choose-attention.ts';
import type { Offload } from './choose-offload.ts';
import { leastOf, possibleSizes, type SizeTuning } from './choose-sizes.ts';
import { readCommands } from './commands.ts';
import { chooseEmbeddingSizes } from './embedding/choose-embedding-sizes.ts';
import { choosePooling } from './embedding/choose-pooling.ts';
import { loadEmbedder, type LoadedEmbedder } from './embedding/embedder.ts';
import { EmbeddingScheduler } from './embedding/embedding-scheduler.ts';
import { createEmbeddingServer } from './embedding/http.ts';
import type { GgufHeader } from './gguf-header.ts';
import { createHostServer } from './http.ts';
import { openLibrary } from './load-weights.ts';
import { loadModel } from './model.ts';
import { planLoad } from './plan-load.ts';
import { Scheduler, type SchedulerLoad } from './scheduler.ts';
import { sizeTuning } from './size-tuning.ts';
import { createThreads, type Threads } from './threads.ts';
import { readWholeHeader } from './whole-header.ts';

const beatMs = 1000;

/**
 * The engine host: one process, one model. Started by the supervisor with its options as one JSON argument;
 * speaks of itself on standard output, one event a line, and of nothing else there. Native logs go to
 * standard error. It ends when its standard input does, which is when its parent is gone.
 */
async function main(): Promise<void> {
  const options = hostOptions.parse(JSON.parse(process.argv[2] ?? '{}'));
  const commands = readCommands(process.stdin, () => endNow(options.socketPath));
  // Signals to a terminal's or a container's process group reach the host too; the parent drains first and
  // decides when the host ends.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => undefined);

  const started = performance.now();
  const header = readWholeHeader(options);
  const pooling = choosePooling(header, options.embedding, options.modelPath);
  const library = openLibrary(options.libDir);
  const devices = library.graphicsDevices();
  const needs =
    pooling === undefined ? needsOf(header, sizeTuning(header, options, devices)) : embeddingNeedsOf(header, options);
  say({ event: 'plan', ...planLoad(header, options, needs, devices) });
  const planned = performance.now();
  const bytes = await commands.loading;
  // Waiting for room is no part of loading.
  const began = started + performance.now() - planned;

  const threads = createThreads(options.threads);
  commands.onThreads((count) => threads.set(count));
  const onProgress = everyPercent((fraction) => say({ event: 'progress', fraction }));
  const parts = { library, header, available: bytes ?? freeMemory(), threads, onProgress };
  if (pooling !== undefined) {
    return serveEmbeddings(await loadEmbedder(options, { ...parts, pooling }), { options, threads, began });
  }
  const model = await loadModel(options, parts);
  const scheduler = new Scheduler(model, {
    maxWaiting: options.maxWaiting,
    onFatal: endSoon,
  });
  const server = createHostServer({ model, modelId: options.modelId, scheduler });
  listen(server, options.socketPath, scheduler, () =>
    say({
      event: 'ready',
      protocol: hostProtocol,
      contextLength: model.context.contextLength,
      slots: model.context.sequences,
      cells: model.context.cells,
      cellLayout: model.context.sharesCells ? 'shared' : 'own',
      need: model.need,
      shrunk: model.shrunk,
      offload: describeOffload(model.offload),
      flashAttention: { use: model.attention.flashAttention, reason: model.attention.reason },
      threads: threads.now(),
      kvType: options.kvType,
      stepMilliseconds: model.cost.streams.table(),
      architecture: model.architecture,
      name: model.name,
      loadMilliseconds: Math.round(performance.now() - began),
    }),
  );
}

/** What a model that answers takes of the memory, as wanted and at least. */
function needsOf(header: GgufHeader, tuning: SizeTuning) {
  const possible = possibleSizes(header, tuning);
  return { wanted: possible[0].need, least: leastOf(possible).need };
}

function embeddingNeedsOf(header: GgufHeader, options: HostOptions) {
  return {
    wanted: chooseEmbeddingSizes(header, options, Infinity).need,
    least: chooseEmbeddingSizes(header, options, 0).need,
  };
}

/**
 * Ends the process whatever its threads do. An orderly exit waits for native work, which may itself wait for this thread:
 * for ever, while a model is loaded and reports how far it is. A parent that was killed has not removed the socket, nor the
 * directory that it made for it; of one that has no socket there yet, a parent may have other use for the directory.
 */
function endNow(socketPath: string): void {
  try {
    rmSync(socketPath);
    rmdirSync(dirname(socketPath));
  } catch {
    // There is none, or the directory holds something else.
  }
  process.kill(process.pid, 'SIGKILL');
}

/** Serves a model that makes embeddings. */
function serveEmbeddings(
  embedder: LoadedEmbedder,
  { options, threads, began }: { options: HostOptions; threads: Threads; began: number },
): void {
  const { context, sequences, batchTokens, pooling, architecture } = embedder;
  const scheduler = new EmbeddingScheduler(context, { maxWaiting: options.maxWaiting, sequences, onFatal: endSoon });
  const server = createEmbeddingServer({ embedder, modelId: options.modelId, scheduler });
  listen(server, options.socketPath, scheduler, () =>
    say({
      event: 'ready',
      protocol: hostProtocol,
      contextLength: embedder.contextLength,
      slots: sequences,
      cells: batchTokens,
      cellLayout: 'shared',
      need: embedder.need,
      shrunk: null,
      offload: describeOffload(embedder.offload),
      flashAttention: { use: options.flashAttention, reason: reasonOf(options.flashAttention) },
      threads: threads.now(),
      kvType: options.kvType,
      stepMilliseconds: [],
      embedding: { size: context.size, pooling },
      architecture,
      name: embedder.name,
      loadMilliseconds: Math.round(performance.now() - began),
    }),
  );
}

function listen(server: Server, path: string, scheduler: { load(): SchedulerLoad }, onReady: () => void): void {
  setInterval(
    () => say({ event: 'beat', stalledMs: scheduler.load().stalledMs, residentBytes: process.memoryUsage.rss() }),
    beatMs,
  );
  // A predecessor that was killed leaves its socket behind.
  rmSync(path, { force: true });
  server.listen(path, onReady);
}

/** The model's memory is in an unknown state: end, and let the supervisor start a fresh host. */
function endSoon(): void {
  setTimeout(() => process.exit(70), 100);
}

function describeOffload(offload: Offload) {
  return { ...offload, devices: offload.devices.map(({ name }) => name) };
}

/** The library reports every tensor; a line per percent is enough. */
function everyPercent(report: (fraction: number) => void): (fraction: number) => void {
  let last = -1;
  return (fraction) => {
    const percent = Math.floor(fraction * 100);
    if (percent === last) return;
    last = percent;
    report(percent / 100);
  };
}

function say(event: HostEvent): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}

main().catch((failure: unknown) => {
  const error = toManifoldError(failure);
  if (error.code === 'internal_error') process.stderr.write(`${String(failure)}\n`);
  process.stdout.write(`${JSON.stringify({ event: 'failed', code: error.code, message: error.message })}\n`, () =>
    process.exit(0),
  );
});
