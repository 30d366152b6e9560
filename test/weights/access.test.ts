import { createServer, type IncomingHttpHeaders } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WeightsOptions } from '../../src/catalog/weights/weights-store.ts';
import { madeWeights, startHubServer, type HubServer } from '../support/hub-server.ts';
import { createTestWeights } from '../support/weights.ts';

const token = 'hf_secret';
let hub: HubServer;
beforeEach(async () => {
  hub = await startHubServer();
  hub.put('org/open', { 'a-Q4_K_M.gguf': madeWeights(1000) });
  hub.put('org/private', { 'a-Q4_K_M.gguf': madeWeights(1000) });
  hub.protect('org/private', token);
  hub.put('org/gated', { 'a-Q4_K_M.gguf': madeWeights(1000) });
  hub.protect('org/gated', token, 'GatedRepo');
});
afterEach(() => hub[Symbol.asyncDispose]());

const pull = async (reference: string, options: Partial<WeightsOptions> = {}) => {
  await using weights = createTestWeights({ endpoint: hub.url, ...options });
  return await weights.pull(reference);
};

describe('a token', () => {
  it('goes to the hub and to no host that it leads to', async () => {
    await pull('hf:org/private', { token });

    const sentTo = (host: string) =>
      hub.requests.filter((request) => request.host === host).map(({ headers }) => headers.authorization);
    expect(new Set(sentTo('hub'))).toEqual(new Set([`Bearer ${token}`]));
    expect(sentTo('cdn')).toEqual([undefined]);
  });

  it('does not follow a redirect of the API to another host', async () => {
    const seen: IncomingHttpHeaders[] = [];
    const other = createServer((request, response) => {
      seen.push(request.headers);
      response.writeHead(404).end();
    }).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const location = `http://127.0.0.1:${(other.address() as AddressInfo).port}/api`;
    hub.apiFaults.push({ status: 307, headers: { location } });

    await expect(pull('hf:org/private', { token })).rejects.toMatchObject({ code: 'weights_not_found' });

    expect(seen).toHaveLength(1);
    expect(seen[0]?.authorization).toBeUndefined();
    other.close();
  });

  it('is not in any error', async () => {
    const failure = await pull('hf:org/none', { token }).catch((error: unknown) => error);

    expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain(token);
  });
});

describe('a repository', () => {
  it.each([
    ['that is private', 'hf:org/private', /shows no org\/private: check the name, or if it is private .*HF_TOKEN/],
    ['that is gated', 'hf:org/gated', /org\/gated is gated: accept its licence at http:\S+\/org\/gated and .*HF_TOKEN/],
    ['that does not exist', 'hf:org/none', /shows no org\/none: check the name/],
  ])('%s is refused with what to do', async (_, reference, message) => {
    await expect(pull(reference)).rejects.toMatchObject({ code: 'weights_denied', message });
    await expect(pull(reference, { token: 'hf_of_somebody_else' })).rejects.toMatchObject({ code: 'weights_denied' });
  });

  it('without the revision, or the file, is named with it', async () => {
    await expect(pull('hf:org/open@v9')).rejects.toMatchObject({
      code: 'weights_not_found',
      message: expect.stringContaining('no revision v9 of org/open'),
    });
    await expect(pull('hf:org/open:b.gguf')).rejects.toMatchObject({
      code: 'weights_not_found',
      message: 'org/open has no file b.gguf. There are: Q4_K_M.',
    });
  });

  it('of a hub that answers with something else is refused', async () => {
    const other = createServer((_, response) => response.end('<html>Welcome</html>')).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const endpoint = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;

    await expect(pull('hf:org/open', { endpoint })).rejects.toMatchObject({
      code: 'weights_invalid',
      message: `${endpoint} answers in a form that is not a hub's.`,
    });
    other.close();
  });

  it('of a hub that is not there is tried again, and then told', async () => {
    await using weights = createTestWeights({ endpoint: 'http://127.0.0.1:1' });

    await expect(weights.pull('hf:org/open')).rejects.toMatchObject({
      code: 'download_failed',
      message: expect.stringMatching(/127\.0\.0\.1:1 cannot be reached \(ECONNREFUSED\)/),
    });
    expect(weights.waits).toEqual([1, 2, 4, 8, 16]);
  });
});

describe('redirects', () => {
  it('in a circle, or to something that is no web address, are not followed', async () => {
    hub.always = { status: 302, headers: { location: 'file:///etc/passwd' } };
    await expect(pull('hf:org/open')).rejects.toMatchObject({ code: 'weights_invalid' });

    hub.always = { status: 302, headers: { location: '#again' } };
    await expect(pull('hf:org/open')).rejects.toMatchObject({
      code: 'weights_invalid',
      message: expect.stringMatching(/redirects more than 10 times/),
    });
  });

  it('do not show what is signed in them', async () => {
    hub.always = { status: 403 };

    await expect(pull('hf:org/open')).rejects.toMatchObject({
      code: 'download_failed',
      message: expect.stringMatching(
        /^localhost:\d+, where http:\S+ keeps a-Q4_K_M\.gguf, answered 403\. (?!.*signature)/,
      ),
    });
  });
});

describe('a proxy of the environment', () => {
  it('is asked for everything that NO_PROXY does not name', async () => {
    const asked: string[] = [];
    const proxy = createServer().listen(0, '127.0.0.1');
    proxy.on('connect', (request, socket) => {
      asked.push(request.url ?? '');
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
    proxy.on('request', (request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(403).end();
    });
    await once(proxy, 'listening');
    const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;

    await expect(pull('hf:org/open', { env: { HTTP_PROXY: address } })).rejects.toMatchObject({
      code: 'weights_denied',
    });
    expect(asked.length).toBeGreaterThan(0);

    const before = asked.length;
    await pull('hf:org/open', { env: { http_proxy: address, no_proxy: '127.0.0.1,localhost' } });
    expect(asked).toHaveLength(before);
    proxy.close();
  });
});
