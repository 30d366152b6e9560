import { createCatalogues } from '../../src/cli/create-catalogues.ts';
import type { Catalogue } from '../../src/engines/upstream/catalogue.ts';
import { scriptedEngine } from './scripted-engine.ts';
import { startTestServer, type TestServer } from './test-server.ts';

/** The real server with the engines of a configuration, wired as `manifold serve` wires them, once each was looked at. */
export async function startConfigured(
  engines: readonly object[],
  settings: Record<string, unknown> = {},
): Promise<TestServer & AsyncDisposable> {
  let made: readonly Catalogue[] = [];
  const server = await startTestServer(scriptedEngine([]), {
    settings: { engines, ...settings },
    catalogues: async (config, parts) => (made = await createCatalogues(config, {}, parts)),
  });
  await Promise.all(made.map(({ looked }) => looked));
  return Object.assign(server, { [Symbol.asyncDispose]: () => server.stop() });
}
