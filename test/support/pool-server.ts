import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scriptedModel } from '../../scripts/make-scripted-model.ts';
import { createEngines } from '../../src/engines/registry.ts';
import type { LocalModel } from '../../src/api/local-models.ts';
import { scriptedEngine } from './scripted-engine.ts';
import { startTestServer, type TestServer } from './test-server.ts';

export interface PoolServer extends TestServer, AsyncDisposable {
  ps(): Promise<LocalModel[]>;
  /** The row of one model. */
  psOf(id: string): Promise<LocalModel | undefined>;
  post(path: string, body: object): Promise<Response>;
}

interface PoolServerOptions {
  /** Bytes that programs may still take. Default: what the kernel says. */
  readonly free?: () => number;
}

/** The real server with local models of the configuration, wired as `manifold serve` wires them, with real hosts. */
export async function startPoolServer(
  settings: Record<string, unknown>,
  { free }: PoolServerOptions = {},
): Promise<PoolServer> {
  const server = await startTestServer(scriptedEngine([]), {
    settings,
    pool: ({ models, loading, timeouts }, { logger, metrics }) =>
      createEngines(
        {
          models: models.map((model) => ({ ...model, id: model.id ?? model.path })),
          env: {},
          startTimeoutMs: timeouts.engineStartSeconds * 1000,
          stallTimeoutMs: timeouts.engineStallSeconds * 1000,
          loading,
        },
        logger,
        {
          observe: (model) => metrics.replicasOf(model),
          onLoadEnded: (...load) => metrics.localModelLoadEnded(...load),
          ...(free && { free }),
        },
      ),
  });
  const ps = async () => ((await (await server.fetch('/v1/manifold/ps')).json()) as { data: LocalModel[] }).data;
  return Object.assign(server, {
    ps,
    psOf: async (id: string) => (await ps()).find((model) => model.id === id),
    post: (path: string, body: object) =>
      server.fetch(path, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    [Symbol.asyncDispose]: () => server.stop(),
  });
}

export interface NamedModels extends Disposable {
  /** Settings for each model: one thread, few slots, a small context. */
  readonly models: readonly { readonly id: string; readonly path: string; readonly threads: number }[];
  /** What a model answers to anything. */
  answerOf(id: string): string;
  /** One whose answer does not end by itself: ask it for `forever`. */
  readonly directory: string;
}

/** Model files that each say their own name to whatever they are asked, and tick for ever when asked for `forever`. */
export function writeNamedModels(ids: readonly string[], fields: object = {}): NamedModels {
  const directory = mkdtempSync(join(tmpdir(), 'manifold-test-'));
  const models = ids.map((id) => {
    const path = join(directory, `${id.replaceAll('/', '-')}.gguf`);
    const name = ['I am ', id, ', at your ', 'service.'];
    const scripts = [
      { word: 'name', pieces: name, ends: 'with-end-token' as const },
      { word: 'forever', pieces: ['tick ', 'tock '], ends: 'never' as const },
    ];
    writeFileSync(path, scriptedModel(scripts, { contextLength: 32_768 }));
    return { id, path, threads: 1, context: 1024, slots: 2, ...fields };
  });
  return {
    models,
    directory,
    answerOf: (id) => `I am ${id}, at your service.`,
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
}
