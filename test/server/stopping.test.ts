import { afterEach, describe, expect, it } from 'vitest';
import { config as configSchema } from '../../src/config/config.ts';
import { compose } from '../../src/compose.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { aMoment } from '../support/a-moment.ts';
import { rawChat, readUntil } from '../support/raw-exchange.ts';
import { answer, finish, piece, scriptedEngine, usageOf } from '../support/scripted-engine.ts';
import { startTestServer, userMessage, type TestServer } from '../support/test-server.ts';
import { connect } from 'node:net';
import { PassThrough } from 'node:stream';

let server: TestServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

const streamed = { model: 'test/model', messages: [userMessage], stream: true };

describe('a stopping server', () => {
  it('lets a running stream finish and takes no new connection', async () => {
    server = await startTestServer(scriptedEngine([piece('x'), { pauseMs: 300 }, finish(), usageOf(1, 1)]));
    const response = await server.chat(streamed);

    const stopped = server.server.stop();

    await expect(fetch(server.url)).rejects.toThrow('fetch failed');
    expect(await response.text()).toContain('[DONE]');
    await stopped;
  });

  it('ends what runs longer with an explicit error and no [DONE]', async () => {
    server = await startTestServer(scriptedEngine([piece('x'), 'stall']), {
      settings: { timeouts: { drainSeconds: 0.1 } },
    });
    const response = await server.chat(streamed);

    const stopped = server.server.stop();
    const text = await response.text();

    expect(text).toContain('"code":"shutting_down"');
    expect(text).not.toContain('[DONE]');
    await stopped;
  });

  it('ends at once when told twice', async () => {
    server = await startTestServer(scriptedEngine([piece('x'), 'stall']));
    const response = await server.chat(streamed);
    const before = performance.now();

    const first = server.server.stop();
    void server.server.stop();
    await first;

    expect(await response.text()).toContain('"code":"shutting_down"');
    expect(performance.now() - before).toBeLessThan(15_000);
  });

  it('refuses new work on open connections and says that it is not ready', async () => {
    server = await startTestServer(scriptedEngine([piece('x'), 'stall']));
    const running = await server.chat(streamed);
    const socket = connect(server.port, '127.0.0.1');
    // Half a request keeps the connection busy, so that closing idle ones spares it. It comes with a whole one, so that
    // it has been read when that is answered.
    socket.write('GET /v1/health/ready HTTP/1.1\r\nhost: x\r\n\r\nGET /v1/health/ready HTTP/1.1\r\n');
    await readUntil(socket, 'Service is ready.');

    void server.server.stop();
    socket.write('host: x\r\n\r\n');

    const text = await readUntil(socket, 'shutting down');
    expect(text).toMatch(/^HTTP\/1\.1 503/);
    void server.server.stop();
    await running.text();
  });
});

describe('starting', () => {
  const options = (settings: object) => ({
    config: configSchema.parse({ port: 0, ...settings }),
    engines: [],
    logger: createLogger('silent', new PassThrough()),
    version: '0',
  });

  it.each([
    ['without keys', { auth: { enabled: false } }, 'loopback'],
    ['while no key exists', {}, 'no API key exists'],
  ])('on a reachable address %s is refused', async (_, settings, words) => {
    await expect(compose(options({ host: '0.0.0.0', ...settings }))).rejects.toMatchObject({
      code: 'configuration_invalid',
      message: expect.stringContaining(words),
    });
  });

  it('on loopback may go without keys', async () => {
    const open = await compose(options({ auth: { enabled: false } }));
    const { url } = await open.start();

    expect((await fetch(`${url}/v1/models`)).status).toBe(200);
    await open.stop();
  });

  it('on a port in use says so in one line', async () => {
    server = await startTestServer(scriptedEngine(answer('x')));
    const second = await compose(options({ port: server.port }));

    await expect(second.start()).rejects.toMatchObject({
      code: 'configuration_invalid',
      message: expect.stringContaining(`Port ${server.port}`),
    });
  });

  it('with a missing certificate says which', async () => {
    await expect(compose(options({ tls: { cert: '/no/cert.pem', key: '/no/key.pem' } }))).rejects.toMatchObject({
      message: expect.stringContaining('/no/cert.pem'),
    });
  });
});

describe('a reader that takes nothing', () => {
  it('is not buffered for: the engine waits', async () => {
    let produced = 0;
    const flood = Array.from({ length: 20_000 }, () => piece('x'.repeat(1000)));
    const engine = scriptedEngine(() => [...flood, finish(), usageOf(1, 20_000)]);
    const chat = engine.chat.bind(engine);
    server = await startTestServer({
      ...engine,
      chat: async (request, signal) => counted(await chat(request, signal)),
    });
    async function* counted<T>(chunks: AsyncIterable<T>) {
      for await (const chunk of chunks) {
        produced++;
        yield chunk;
      }
    }
    const socket = connect(server.port, '127.0.0.1');
    socket.pause();

    socket.write(rawChat(server.key, streamed));
    await expect.poll(() => produced).toBeGreaterThan(10);
    // Until the buffers of both sides are full.
    for (let before = 0; before !== produced;) {
      before = produced;
      await aMoment(300);
    }

    expect(produced).toBeLessThan(15_000);
    socket.resume();
    expect(await readUntil(socket, '[DONE]')).toContain('[DONE]');
    socket.destroy();
  });
});
