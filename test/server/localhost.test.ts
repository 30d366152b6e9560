import { promises as dns } from 'node:dns';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { rawChat } from '../support/raw-exchange.ts';
import { piece, role, scriptedEngine } from '../support/scripted-engine.ts';
import { startTestServer, userMessage, type TestServer } from '../support/test-server.ts';

// Of machines that speak IPv4 alone, that one.
const own = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
const addresses = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
].filter(({ address }) => own.some((each) => each.address === address));

/** What comes back on a connection to one address until the server closes it. */
function exchange(host: string, port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    let received = '';
    socket.setEncoding('utf8').on('data', (more: string) => (received += more));
    socket.on('error', (failure) => resolve(failure.message)).on('close', () => resolve(received));
    socket.write(text);
  });
}

let server: TestServer;
beforeEach(async () => {
  vi.spyOn(dns, 'lookup').mockImplementation(() => Promise.resolve(addresses) as never);
  server = await startTestServer(scriptedEngine([role(), piece('Hello'), 'stall']), {
    settings: { host: 'localhost' },
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await server.stop();
});

it.each(addresses)(
  'at each address of localhost what is not HTTP is refused in JSON: $address',
  async ({ address }) => {
    const text = await exchange(address, server.port, 'nonsense\r\n\r\n');

    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(text).toContain('"code":"bad_request"');
  },
);

it.each(addresses)(
  'at each address of localhost no key is a refusal before the body: $address',
  async ({ address }) => {
    const request = rawChat('wrong', { messages: [userMessage] }, ['expect: 100-continue', 'connection: close']);
    const text = await exchange(address, server.port, request.split('\r\n\r\n')[0] + '\r\n\r\n');

    expect(text).toMatch(/^HTTP\/1\.1 401 /);
  },
);

it('a stopping server takes no connections at any address of localhost, and ends what runs at each', async () => {
  const request = rawChat(server.key, { model: 'test/model', messages: [userMessage], stream: true });
  const running = addresses.map(({ address }) => exchange(address, server.port, request));
  await expect.poll(() => server.metric('manifold_requests_running')).toBe(addresses.length);
  const stopped = server.server.stop();
  const late = await Promise.all(addresses.map(({ address }) => exchange(address, server.port, request)));
  void server.server.stop();
  await stopped;

  for (const text of late) expect(text).toContain('ECONNREFUSED');
  for (const text of await Promise.all(running)) expect(text).toContain('shutting_down');
});
