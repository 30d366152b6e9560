import type { UpstreamKind } from '../../src/api/internal/upstream-kinds.ts';
import { createCatalogue, type Catalogue } from '../../src/engines/upstream/catalogue.ts';
import type { UpstreamSettings } from '../../src/api/internal/upstream-settings.ts';
import { startTestServer, type TestServer } from './test-server.ts';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The settings of an upstream at an address, as the configuration would have them. */
export function upstreamSettings(
  kind: UpstreamKind,
  url: string,
  more: Partial<UpstreamSettings> = {},
): UpstreamSettings {
  return {
    name: kind,
    kind,
    replicas: [{ url }],
    models: { 'test/model': 'served-name' },
    key: 'sk-of-the-upstream',
    selfRouting: false,
    connectTimeoutMs: 1000,
    firstByteTimeoutMs: 5000,
    idleTimeoutMs: 5000,
    ...more,
  };
}

/** The real server in front of an upstream, which answers for `test/model`. */
export async function startInFrontOf(
  kind: UpstreamKind,
  url: string,
  more: Partial<UpstreamSettings> = {},
): Promise<TestServer & AsyncDisposable & { readonly catalogue: Catalogue }> {
  const catalogue = createCatalogue(upstreamSettings(kind, url, more), { log: quiet });
  await catalogue.start();
  const server = await startTestServer(catalogue.find('test/model')?.engine ?? never(), { catalogues: [catalogue] });
  return Object.assign(server, {
    catalogue,
    [Symbol.asyncDispose]: async () => {
      await server.stop();
      await catalogue.close();
    },
  });
}

function never(): never {
  throw new Error('The upstream answers for no test/model.');
}
