import { rmSync } from 'node:fs';
import { hostOptions, hostProtocol, type HostEvent } from '../api/internal/engine-host.ts';
import { toManifoldError } from '../errors.ts';
import { createHostServer } from './http.ts';
import { loadModel } from './model.ts';
import { Scheduler } from './scheduler.ts';

const beatMs = 1000;

/**
 * The engine host: one process, one model. Started by the supervisor with its options as one JSON argument;
 * speaks of itself on standard output, one event a line, and of nothing else there. Native logs go to
 * standard error. It ends when its standard input does, which is when its parent is gone.
 */
async function main(): Promise<void> {
  process.stdin.resume();
  process.stdin.once('end', () => process.exit(0));
  process.stdin.once('error', () => process.exit(0));
  // Signals to a terminal's or a container's process group reach the host too; the parent drains first and
  // decides when the host ends.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => undefined);

  const options = hostOptions.parse(JSON.parse(process.argv[2] ?? '{}'));
  const started = performance.now();
  const model = await loadModel(
    options,
    everyPercent((fraction) => say({ event: 'progress', fraction })),
  );
  const scheduler = new Scheduler(model, {
    maxWaiting: options.maxWaiting,
    // The model's memory is in an unknown state: end, and let the supervisor start a fresh host.
    onFatal: () => setTimeout(() => process.exit(70), 100),
  });
  setInterval(() => say({ event: 'beat', stalledMs: scheduler.load().stalledMs }), beatMs);
  // A predecessor that was killed leaves its socket behind.
  rmSync(options.socketPath, { force: true });
  createHostServer({ model, modelId: options.modelId, scheduler }).listen(options.socketPath, () =>
    say({
      event: 'ready',
      protocol: hostProtocol,
      contextLength: model.context.contextLength,
      slots: model.context.sequences,
      cells: model.context.cells,
      cellLayout: model.context.sharesCells ? 'shared' : 'own',
      offload: { ...model.offload, devices: model.offload.devices.map(({ name }) => name) },
      threads: options.threads,
      kvType: options.kvType,
      stepMilliseconds: model.cost.streams.table(),
      architecture: model.architecture,
      name: model.name,
      loadMilliseconds: performance.now() - started,
    }),
  );
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
