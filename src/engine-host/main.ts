import { rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { hostOptions, hostProtocol, type HostEvent, type HostOptions } from '../api/internal/engine-host.ts';
import { toManifoldError } from '../errors.ts';
import type { Offload } from './choose-offload.ts';
import { choosePooling } from './embedding/choose-pooling.ts';
import { loadEmbedder, type LoadedEmbedder } from './embedding/embedder.ts';
import { EmbeddingScheduler } from './embedding/embedding-scheduler.ts';
import { createEmbeddingServer } from './embedding/http.ts';
import { readGgufHeader } from './gguf-header.ts';
import { createHostServer } from './http.ts';
import { loadModel } from './model.ts';
import { Scheduler, type SchedulerLoad } from './scheduler.ts';

const beatMs = 1000;

/**
 * The engine host: one process, one model. Started by the supervisor with its options as one JSON argument;
 * speaks of itself on standard output, one event a line, and of nothing else there. Native logs go to
 * standard error. It ends when its standard input does, which is when its parent is gone.
 */
async function main(): Promise<void> {
  process.stdin.resume();
  process.stdin.once('end', endNow);
  process.stdin.once('error', endNow);
  // Signals to a terminal's or a container's process group reach the host too; the parent drains first and
  // decides when the host ends.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => undefined);

  const options = hostOptions.parse(JSON.parse(process.argv[2] ?? '{}'));
  const started = performance.now();
  const header = readGgufHeader(options.modelPath);
  const onProgress = everyPercent((fraction) => say({ event: 'progress', fraction }));
  const pooling = choosePooling(header, options.embedding, options.modelPath);
  if (pooling !== undefined) {
    return serveEmbeddings(await loadEmbedder(options, { header, pooling, onProgress }), options, started);
  }
  const model = await loadModel(options, onProgress, undefined, header);
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
      offload: describeOffload(model.offload),
      threads: options.threads,
      kvType: options.kvType,
      stepMilliseconds: model.cost.streams.table(),
      architecture: model.architecture,
      name: model.name,
      loadMilliseconds: performance.now() - started,
    }),
  );
}

/**
 * Ends the process whatever its threads do. An orderly exit waits for native work, which may itself wait for this thread:
 * for ever, while a model is loaded and reports how far it is.
 */
function endNow(): void {
  process.kill(process.pid, 'SIGKILL');
}

/** Serves a model that makes embeddings. */
function serveEmbeddings(embedder: LoadedEmbedder, options: HostOptions, started: number): void {
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
      offload: describeOffload(embedder.offload),
      threads: options.threads,
      kvType: options.kvType,
      stepMilliseconds: [],
      embedding: { size: context.size, pooling },
      architecture,
      name: embedder.name,
      loadMilliseconds: performance.now() - started,
    }),
  );
}

function listen(server: Server, path: string, scheduler: { load(): SchedulerLoad }, onReady: () => void): void {
  setInterval(() => say({ event: 'beat', stalledMs: scheduler.load().stalledMs }), beatMs);
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
