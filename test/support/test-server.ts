import { PassThrough } from 'node:stream';
import type { KeptKeys } from '../../src/access/access.ts';
import { generateKey } from '../../src/access/api-key.ts';
import { scope } from '../../src/api/key.ts';
import type { Cards } from '../../src/catalog/cards.ts';
import { compose, type Server } from '../../src/compose.ts';
import { config as configSchema, type Config } from '../../src/config/config.ts';
import type { Catalogue } from '../../src/engines/upstream/catalogue.ts';
import type { UsageLedger } from '../../src/ledger/usage-ledger.ts';
import type { Engine } from '../../src/engines/engine.ts';
import type { Pool } from '../../src/engines/pool/pool.ts';
import { superviseAlone } from '../../src/engines/registry.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { createLogger, type Logger } from '../../src/observability/logger.ts';
import { createMetrics, type Metrics } from '../../src/observability/metrics.ts';
import { metricSum } from './metric-sum.ts';

export interface TestServer {
  readonly server: Server;
  readonly url: string;
  readonly port: number;
  readonly key: string;
  /** Access-log lines written so far. */
  logLines(): Record<string, unknown>[];
  logText(): string;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  chat(body: unknown, init?: RequestInit): Promise<Response>;
  /** The sum of a metric over its labels. */
  metric(name: string): Promise<number>;
  stop(): Promise<void>;
}

interface TestServerOptions {
  readonly settings?: Record<string, unknown>;
  readonly models?: Readonly<Record<string, Engine>>;
  readonly webDir?: string;
  /** Keys beside the server's own, which is of the configuration and may do everything. */
  readonly keptKeys?: KeptKeys;
  readonly ledger?: Ledger | UsageLedger;
  readonly clock?: Clock;
  readonly cards?: Cards;
  /** Those that are there, or made with what the server logs and counts by. */
  readonly catalogues?: readonly Catalogue[] | MakeCatalogues;
  /** Local models in place of engines, made with what the server logs and counts by. */
  readonly pool?: (config: Config, parts: { logger: Logger; metrics: Metrics }) => Pool;
}

type MakeCatalogues = (
  config: Config,
  parts: { logger: Logger; metrics: Metrics },
) => readonly Catalogue[] | Promise<readonly Catalogue[]>;

export const userMessage = { role: 'user', content: 'Hello' };

/** The real server on a free port, in front of engines the test brings. */
export async function startTestServer(
  engine: Engine,
  {
    settings = {},
    models,
    webDir,
    cards,
    keptKeys,
    ledger,
    clock,
    catalogues: given = [],
    pool: makePool,
  }: TestServerOptions = {},
): Promise<TestServer> {
  const key = generateKey();
  const lines = new PassThrough();
  let text = '';
  lines.on('data', (data: Buffer) => (text += data.toString()));
  const logger = createLogger('info', lines);
  const metrics = createMetrics();
  const parts = { observe: (model: string) => metrics.replicasOf(model) };
  const engines = Object.entries(models ?? { 'test/model': engine }).map(([id, each]) => ({
    id,
    // A set that the test brings is taken as it is.
    engine: 'update' in each ? each : superviseAlone(id, each, logger, parts),
    created: 1_700_000_000,
    ownedBy: 'test',
  }));
  const config = configOf(settings, key);
  const catalogues = typeof given === 'function' ? await given(config, { logger, metrics }) : given;
  const pool = makePool?.(config, { logger, metrics });
  const server = await compose({
    config,
    // What an upstream answers for is not local too.
    engines: (catalogues.length > 0 || pool) && !models ? [] : engines,
    ...(pool && { pool }),
    catalogues,
    keptKeys,
    logger,
    metrics,
    version: '0.0.0-test',
    ...(webDir !== undefined && { webDir }),
    ...(ledger && { ledger }),
    ...(clock && { clock }),
    ...(cards && { cards }),
  });
  const { url, port } = await server.start();
  const send = (path: string, init: RequestInit = {}) =>
    fetch(url + path, {
      ...init,
      headers: { authorization: `Bearer ${key}`, ...(init.headers as Record<string, string>) },
    });
  return {
    server,
    url,
    port,
    key,
    logText: () => text,
    logLines: () =>
      text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .filter(({ msg }) => msg === 'request'),
    fetch: send,
    chat: (body, init = {}) =>
      send('/v1/chat/completions', {
        method: 'POST',
        body: typeof body === 'string' ? body : JSON.stringify(body),
        ...init,
        headers: { 'content-type': 'application/json', ...(init.headers as Record<string, string>) },
      }),
    metric: async (name) => metricSum(await (await send('/v1/metrics')).text(), name),
    // A test does not wait for what it left running.
    stop: () => Promise.race([server.stop(), server.stop()]),
  };
}

/** What the test wants, with the server's own key among those of the configuration. */
export function configOf(settings: Record<string, unknown>, key: string): Config {
  const { auth = {}, ...rest } = settings as { auth?: { keys?: readonly unknown[] } };
  const keys = [{ key, id: 'test', scopes: scope.options }, ...(auth.keys ?? [])];
  return configSchema.parse({ port: 0, ...rest, auth: { ...auth, keys } });
}
