import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { selfSignedCertificate } from '../../test/support/self-signed-certificate.ts';
import type { LocalModel } from '../api/local-models.ts';
import { createServerClient, type ServerClient } from './server-client.ts';

let close = () => {};
afterEach(() => close());

/** A client of a server that is none of ours. */
async function clientOf(answer: RequestListener, key?: string): Promise<ServerClient> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  close = () => {
    server.closeAllConnections();
    server.close();
  };
  return createServerClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, key);
}

const model: LocalModel = {
  id: 'm',
  object: 'manifold.local_model',
  state: 'ready',
  progress: null,
  reason: null,
  pinned: false,
  requests: 0,
  memory_planned: null,
  memory_resident: null,
  context_length: null,
  slots: null,
  threads: null,
  pid: null,
  expires_in: null,
};
const request = { model: 'm', messages: [{ role: 'user' as const, content: 'hi' }] };
const signal = new AbortController().signal;

async function textOf(client: ServerClient): Promise<string> {
  let text = '';
  for await (const piece of client.chat(request, signal)) text += piece.text;
  return text;
}

test.each<[string, (client: ServerClient) => Promise<unknown>]>([
  ['models', (client) => client.models()],
  ['one model', (client) => client.model('m')],
  ['local models', (client) => client.localModels()],
  ['a load', (client) => client.load('m', undefined)],
  ['an unload', (client) => client.unload('m')],
])('an answer about %s in another form is said to be one', async (_, ask) => {
  for (const body of ['<html>hello</html>', '{}', '']) {
    const client = await clientOf((_request, response) => response.end(body));
    await expect(ask(client)).rejects.toThrow(/^http.+ answers in a form that is not this Manifold's\.$/);
    close();
  }
});

test.each<[string, RequestListener]>([
  [
    'is cut',
    (_, response) => {
      response.write('data: {"choices":[{"delta":{"content":"Hi"}}]}\n\n');
      setTimeout(() => response.destroy(), 50);
    },
  ],
  ['is damaged', (_, response) => response.end('data: <html>\n\n')],
  ['has no end', (_, response) => response.end('data: {"choices":[]}\n\n')],
])('an answer that %s broke off', async (_, listener) => {
  const client = await clientOf(listener);

  await expect(textOf(client)).rejects.toThrow('The answer broke off before its end.');
});

test.each(['127.0.0.1:8000', 'localhost:8000', 'models.example.org', '', 'http://', 'http://a:99999', 'ftp://a'])(
  'an address of no server is told with what one looks like: %j',
  (url) => {
    expect(() => createServerClient(url, undefined)).toThrow(
      `"${url}" is no address of a server; write one such as http://127.0.0.1:8000 with --url or MANIFOLD_URL.`,
    );
  },
);

test.each(['nvapi-…', 'nvapi-a\nb'])('a key that no header holds is refused as such: %j', async (key) => {
  const client = await clientOf((_, response) => response.end('{}'), key);

  await expect(client.models()).rejects.toMatchObject({ code: 'invalid_api_key' });
  await expect(client.models()).rejects.toThrow(/--key or MANIFOLD_API_KEY/);
});

test('a server whose certificate is not trusted here is there, and what would help is told', async () => {
  const server = createTlsServer(selfSignedCertificate(), (_, response) => response.end('{}')).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  close = () => server.close();
  const client = createServerClient(`https://127.0.0.1:${(server.address() as AddressInfo).port}`, undefined);

  expect(await client.isAlive()).toBe(true);
  await expect(client.models()).rejects.toThrow(/certificate of https:.+ is not trusted here .+NODE_EXTRA_CA_CERTS/);
});

test('a load and an unload are waited for longer than other answers', async () => {
  const client = await clientOf((_request, response) => setTimeout(() => response.end(JSON.stringify(model)), 2500));
  await client.isAlive();
  // What Node's own fetch waits for an answer: minutes. It looks at the clock twice a second.
  const others = Symbol.for('undici.globalDispatcher.1');
  const before = Reflect.get(globalThis, others) as { constructor: new (options: object) => object };
  Reflect.set(globalThis, others, new before.constructor({ headersTimeout: 50 }));
  try {
    const answers = [client.load('m', undefined), client.unload('m')];
    await expect(client.models()).rejects.toThrow('No server answers');
    expect(await Promise.all(answers)).toEqual([model, model]);
  } finally {
    Reflect.set(globalThis, others, before);
  }
});
