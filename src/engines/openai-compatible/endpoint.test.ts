import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { quirksOf } from '../quirks/index.ts';
import { createEndpoint } from './endpoint.ts';

afterEach(() => void vi.useRealTimers());

describe('a connection that nothing uses', () => {
  it('is closed before a server that waits for five seconds does, which it may do under the next request', async () => {
    let open = 0;
    await using server = createServer((_request, response) => void response.end('{}')).listen(0, '127.0.0.1');
    // It does not say when it closes connections, as uvicorn does not.
    server.keepAliveTimeout = 0;
    server.on('connection', (socket) => {
      open++;
      socket.on('close', () => open--);
    });
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const limits = { connectTimeoutMs: 1000, firstByteTimeoutMs: 0, idleTimeoutMs: 0, selfRouting: false };
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const endpoint = createEndpoint(`http://127.0.0.1:${port}`, limits, quirksOf.vllm);
    await endpoint.get('/health', new AbortController().signal);
    expect(open).toBe(1);
    vi.advanceTimersByTime(4500);
    vi.useRealTimers();

    await expect.poll(() => open).toBe(0);
    await endpoint.close();
  });
});
