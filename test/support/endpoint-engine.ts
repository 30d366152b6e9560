import { Pool } from 'undici';
import type { Engine } from '../../src/engines/engine.ts';
import { streamChat } from '../../src/engines/openai-compatible/chat-client.ts';

/** An endpoint somewhere as an engine, through the adapter that the product uses. */
export function endpointEngine(url: string): Engine {
  const dispatcher = new Pool(url, {
    connections: null,
    pipelining: 1,
    connect: { timeout: 1000 },
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
