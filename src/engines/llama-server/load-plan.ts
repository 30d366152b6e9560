import { stat } from 'node:fs/promises';
import { hostOptions, type LoadPlan, type MemoryNeed } from '../../api/internal/engine-host.ts';
import { startHostProcess } from '../embedded/host-process.ts';
import type { LlamaServerOptions } from './server-options.ts';

/** Of the program itself, and of an encoder beside its file. */
const runtimeBytes = 64 * 1024 * 1024;

interface HostParts {
  /** Of the server; the host gets one beside it. */
  readonly socketPath: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * What a llama-server would take. An engine host reads the file and says what the model takes at these settings, which
 * is the same for both; then it is ended. Where it cannot tell, the files' sizes do.
 */
export async function planLlamaServer(options: LlamaServerOptions, parts: HostParts): Promise<LoadPlan> {
  const encoderBytes = options.mmproj === undefined ? 0 : await sizeOf(options.mmproj);
  const plan = (await askHost(options, parts)) ?? (await planOfSizes(options));
  const withEncoder = (need: MemoryNeed) => ({ ...need, weights: need.weights + encoderBytes });
  // It does not make itself smaller, so the least is what is wanted.
  const wanted = withEncoder(plan.wanted);
  return { ...plan, wanted, least: wanted };
}

async function askHost(
  { program: _program, mmproj: _mmproj, ...tuning }: LlamaServerOptions,
  { socketPath, env }: HostParts,
): Promise<LoadPlan | undefined> {
  const { promise, resolve } = Promise.withResolvers<LoadPlan | undefined>();
  const host = startHostProcess(hostOptions.parse({ ...tuning, socketPath: `${socketPath}.plan`, maxWaiting: 1 }), {
    env,
    onEvent(event) {
      if (event.event === 'plan') resolve(event);
      if (event.event === 'failed') resolve(undefined);
    },
    onLog: () => undefined,
  });
  void host.exited.then(() => resolve(undefined));
  const plan = await promise;
  await host.stop();
  return plan;
}

async function planOfSizes({ modelPath }: LlamaServerOptions): Promise<LoadPlan> {
  const weights = await sizeOf(modelPath);
  const wanted = { weights, keyValueCache: 0, compute: 0, runtime: runtimeBytes };
  return { wanted, least: wanted, mapped: weights, graphics: null };
}

/** 0 for a file that is not there: the server says so itself. */
async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
