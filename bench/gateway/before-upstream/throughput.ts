import { createRawClient } from './raw-client.ts';
import { chatRequest, type Target } from './target.ts';
import { cpuOf } from './usage-of.ts';

export interface Throughput {
  readonly perSecond: number;
  /** Processor microseconds of the target's processes for each request. */
  readonly cpuPerRequest: number;
  /** How busy the two ends were, of one core: at 1 they are what was measured. */
  readonly upstreamBusy: number;
  readonly clientBusy: number;
}

/** The same short request again and again over so many connections. */
export async function measureThroughput(
  target: Target,
  upstream: Target,
  options: { readonly isStream: boolean; readonly connections: number; readonly seconds: number },
): Promise<Throughput> {
  const request = chatRequest(target, { tokens: 7, everyMs: 0, isStream: options.isStream });
  const clients = Array.from({ length: options.connections }, () => createRawClient(target.port));
  const before = { target: cpuOf(target.pid), upstream: cpuOf(upstream.pid), client: process.cpuUsage() };
  const startedAt = performance.now();
  const endsAt = startedAt + options.seconds * 1000;
  let requests = 0;
  try {
    await Promise.all(
      clients.map(async (client) => {
        while (performance.now() < endsAt) {
          await client.ask(request);
          requests += 1;
        }
      }),
    );
  } catch (failure) {
    throw new Error(`${target.name} failed in the middle of a load: ${String(failure)}`, { cause: failure });
  } finally {
    for (const client of clients) client.close();
  }
  const microseconds = (performance.now() - startedAt) * 1000;
  const client = process.cpuUsage(before.client);
  return {
    perSecond: (requests / microseconds) * 1e6,
    cpuPerRequest: (cpuOf(target.pid) - before.target) / requests,
    upstreamBusy: (cpuOf(upstream.pid) - before.upstream) / microseconds,
    clientBusy: (client.user + client.system) / microseconds,
  };
}
