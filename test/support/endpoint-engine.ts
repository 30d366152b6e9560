import { Pool } from 'undici';
import type { Engine } from '../../src/engines/engine.ts';
import { streamChat } from '../../src/engines/openai-compatible/chat-client.ts';
import { quirksOf } from '../../src/engines/quirks/index.ts';
import { createEndpoint } from '../../src/engines/openai-compatible/endpoint.ts';
import { createUpstreamEngine } from '../../src/engines/upstream/upstream-engine.ts';

/** An endpoint somewhere as an engine, through the adapter that the product uses. */
export function endpointEngine(url: string): Engine {
  const dispatcher = new Pool(url, {
    connections: null,
    pipelining: 1,
    connect: { timeout: 10_000 },
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    name: 'endpoint',
    state: () => ({ kind: 'ready', contextLength: 4096, slots: 4 }),
    chat: (request, signal, caller) =>
      streamChat({ dispatcher, path: '/v1/chat/completions' }, request, signal, caller),
    start: async () => undefined,
    close: () => dispatcher.destroy(),
  };
}

/** A server elsewhere as an engine, as a configuration that says nothing but its kind and address has it. */
export function configuredEngine(url: string): Engine {
  const quirks = quirksOf.vllm;
  const endpoint = createEndpoint(
    url,
    { connectTimeoutMs: 10_000, firstByteTimeoutMs: 120_000, idleTimeoutMs: 120_000, selfRouting: false },
    quirks,
  );
  const state = { kind: 'ready', contextLength: 4096, slots: null } as const;
  const monitor = { stateOf: () => state, seesImages: () => undefined, othersWork: () => 0 };
  return {
    ...createUpstreamEngine({ endpoint, monitor, quirks, model: 'served-name' }),
    close: () => endpoint.close(),
  };
}
