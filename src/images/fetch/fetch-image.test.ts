import type { RequestListener, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { startImageServer, type ImageServer } from '../../../test/support/image-server.ts';
import { selfSignedCertificate } from '../../../test/support/self-signed-certificate.ts';
import { createFetchImage } from './fetch-image.ts';
import type { HostLookup } from './host-lookup.ts';
import type { FetchRules } from './image-url.ts';

const rules: FetchRules = {
  http: true,
  allowHosts: ['*'],
  maxBytes: 1000,
  maxRedirects: 3,
  timeouts: { connectSeconds: 10, firstByteSeconds: 10, totalSeconds: 60 },
};
const never = new AbortController().signal;
const picture = Buffer.alloc(1000, 7);
const onServer = ({ port }: ImageServer, path = '/') => `http://127.0.0.1:${port}${path}`;
const named = ({ port }: ImageServer): FetchRules => ({ ...rules, allowHosts: [`127.0.0.1:${port}`] });
const redirectTo =
  (location: string): RequestListener =>
  (_, response) =>
    response.writeHead(302, { location }).end();

/** Answers in turn, the last for ever. */
function lookUpAs(...answers: readonly (readonly string[])[]): HostLookup & { asked: string[] } {
  const asked: string[] = [];
  const lookUp = async (hostname: string) => answers[Math.min(asked.push(hostname), answers.length) - 1] ?? [];
  return Object.assign(lookUp, { asked });
}

describe('an image that is fetched', () => {
  it('comes whole, and nothing is said about who asks for it', async () => {
    await using server = await startImageServer((_, response) => response.end(picture));

    const bytes = await createFetchImage(named(server))(onServer(server, '/a%20b?c=d#e'), 1000, never);

    expect(Buffer.from(bytes)).toEqual(picture);
    expect(server.requests).toEqual([
      {
        path: '/a%20b?c=d',
        headers: {
          host: `127.0.0.1:${server.port}`,
          connection: 'keep-alive',
          accept: 'image/png, image/jpeg, image/webp, image/gif',
          'accept-encoding': 'identity',
          'user-agent': 'manifold',
        },
      },
    ]);
    await expect.poll(() => server.open()).toBe(0);
  });

  it('may come through redirects', async () => {
    await using server = await startImageServer((request, response) => {
      const hops = Number((request.url ?? '').slice(1));
      if (hops < 3) redirectTo(`/${hops + 1}`)(request, response);
      else response.end(picture);
    });

    expect(await createFetchImage(named(server))(onServer(server, '/0'), 1000, never)).toHaveLength(1000);
    expect(server.requests.map(({ path }) => path)).toEqual(['/0', '/1', '/2', '/3']);
  });

  it('comes over TLS from a certificate that is trusted, and from no other', async () => {
    const certificate = selfSignedCertificate();
    await using server = await startImageServer((_, response) => response.end(picture), certificate);
    const url = `https://127.0.0.1:${server.port}/`;

    expect(await createFetchImage(named(server), { ca: certificate.cert })(url, 1000, never)).toHaveLength(1000);
    await expect(createFetchImage(named(server))(url, 1000, never)).rejects.toThrow('could not be fetched');
    expect(server.requests).toHaveLength(1);
  });
});

it('a host behind TLS is asked for by its name, and has to prove it', async () => {
  const certificate = selfSignedCertificate();
  const names: string[] = [];
  const SNICallback = (name: string, done: (error: Error | null) => void) => {
    names.push(name);
    done(null);
  };
  await using server = await startImageServer((_, response) => response.end(picture), { ...certificate, SNICallback });
  const allowed = { ...rules, allowHosts: [`pictures.example:${server.port}`] };
  const fetchImage = createFetchImage(allowed, { lookUp: lookUpAs(['127.0.0.1']), ca: certificate.cert });

  // The certificate is for 127.0.0.1, to which the name leads.
  await expect(fetchImage(`https://pictures.example:${server.port}/`, 1000, never)).rejects.toThrow(
    'could not be fetched',
  );
  expect(names).toEqual(['pictures.example']);
  expect(server.requests).toEqual([]);
});

describe('what a host name means', () => {
  it('is asked once, and the connection goes to that answer', async () => {
    await using server = await startImageServer((_, response) => response.end(picture));
    const lookUp = lookUpAs(['127.0.0.1'], ['10.0.0.1']);
    const allowed = { ...rules, allowHosts: [`pictures.example:${server.port}`] };

    await createFetchImage(allowed, { lookUp })(`http://pictures.example:${server.port}/`, 1000, never);

    expect(lookUp.asked).toEqual(['pictures.example']);
    expect(server.requests[0]?.headers.host).toBe(`pictures.example:${server.port}`);
  });

  it.each<[string, readonly string[]]>([
    ['loopback', ['127.0.0.1']],
    ['one private address among public ones', ['1.1.1.1', '10.0.0.1']],
    ['an IPv4 address in an IPv6 one', ['64:ff9b::7f00:1']],
    ['nothing', []],
    ['no address', ['localhost']],
  ])('is refused when it is %s, with the same words', async (_, addresses) => {
    const lookUp = lookUpAs(addresses);

    await expect(createFetchImage(rules, { lookUp })('http://inside.example/', 1000, never)).rejects.toThrow(
      /^has a host without a public address$/,
    );
  });

  it('is refused in the same words when it cannot be told', async () => {
    const lookUp = () => Promise.reject(new Error('ENOTFOUND inside.example 10.0.0.53'));

    await expect(createFetchImage(rules, { lookUp })('http://inside.example/', 1000, never)).rejects.toThrow(
      /^has a host without a public address$/,
    );
  });

  it('holds for the address a connection has in the end, too', async () => {
    await using server = await startImageServer((_, response) => response.end(picture));
    const answers = [true, false];
    const addresses = { isPublic: () => false, isNameable: () => answers.shift() ?? false };

    await expect(createFetchImage(named(server), { addresses })(onServer(server), 1000, never)).rejects.toThrow(
      'could not be fetched',
    );
    expect(server.requests).toEqual([]);
  });
});

describe('a redirect', () => {
  it.each([
    ['to this machine by name', () => 'http://localhost/'],
    ['to this machine by address', ({ port }: ImageServer) => `http://127.0.0.1:${port}/`],
    ['to this machine in numbers', ({ port }: ImageServer) => `http://2130706433:${port}/`],
    ['to metadata', () => 'http://169.254.169.254/latest/meta-data/'],
    ['to another port', () => 'http://pictures.example:22/'],
    ['to another scheme', () => 'file:///etc/passwd'],
    ['to data', () => 'data:image/png;base64,AAAA'],
    ['with a user name', ({ port }: ImageServer) => `http://a:b@pictures.example:${port}/`],
  ])('is refused that leads %s', async (_, locationFor) => {
    await using canary = await startImageServer((__, response) => response.end(picture));
    await using server = await startImageServer(redirectTo(locationFor(canary)));
    const allowed = { ...rules, allowHosts: ['*', `pictures.example:${server.port}`] };
    const lookUp = lookUpAs(['127.0.0.1']);

    await expect(
      createFetchImage(allowed, { lookUp })(`http://pictures.example:${server.port}/`, 1000, never),
    ).rejects.toThrow(Error);

    expect(server.requests).toHaveLength(1);
    expect(canary.connections()).toBe(0);
  });

  it('is refused whose name led to a public address and now leads inside', async () => {
    await using server = await startImageServer(redirectTo('http://rebound.example/'));
    const lookUp = lookUpAs(['127.0.0.1'], ['127.0.0.1']);
    const allowed = { ...rules, allowHosts: ['*', `pictures.example:${server.port}`] };

    await expect(
      createFetchImage(allowed, { lookUp })(`http://pictures.example:${server.port}/`, 1000, never),
    ).rejects.toThrow('without a public address');
    expect(lookUp.asked).toEqual(['pictures.example', 'rebound.example']);
  });

  it('is followed no more than so many times', async () => {
    await using server = await startImageServer(redirectTo('/again'));

    await expect(createFetchImage(named(server))(onServer(server), 1000, never)).rejects.toThrow(
      'redirects more than 3 times',
    );
    expect(server.requests).toHaveLength(4);
  });
});

describe('a server that does not behave', () => {
  const dripping = (response: ServerResponse) => {
    const timer = setInterval(() => response.write('x'), 50);
    response.on('close', () => clearInterval(timer));
  };
  it.each<[string, RequestListener, string, number?]>([
    [
      'says that the image is too large',
      (_, response) => response.writeHead(200, { 'content-length': 1001 }).flushHeaders(),
      'more than 1000 bytes',
    ],
    ['sends more than it says', (_, response) => void response.write(Buffer.alloc(5000)), 'more than 1000 bytes'],
    [
      'compresses',
      (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(100_000))),
      'compressed',
    ],
    ['has no such image', (_, response) => response.writeHead(404).end('secret'), 'was answered with status 404'],
    ['redirects without saying where', (_, response) => response.writeHead(302).end(), 'status 302'],
    ['answers nothing', () => undefined, 'could not be fetched', 0.3],
    ['stops in the middle', (_, response) => void response.writeHead(200).write('x'), 'could not be fetched', 0.3],
    ['ends the connection', (request) => request.socket.destroy(), 'could not be fetched'],
    [
      'ends it in the middle',
      (request, response) =>
        response.writeHead(200, { 'content-length': 9 }).write('x', () => request.socket.destroy()),
      'could not be fetched',
    ],
    ['speaks no HTTP', (request) => request.socket.end('SSH-2.0-OpenSSH_9.9\r\n'), 'could not be fetched'],
    [
      'sends endless headers',
      (request) => request.socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}`),
      'could not be fetched',
    ],
  ])('%s', async (_, answer, problem, firstByteSeconds = 10) => {
    await using server = await startImageServer(answer);
    const timeouts = { ...rules.timeouts, firstByteSeconds };

    await expect(createFetchImage({ ...named(server), timeouts })(onServer(server), 1000, never)).rejects.toThrow(
      problem,
    );
    await expect.poll(() => server.open()).toBe(0);
  });

  it('drips: the signal ends it, and the connection with it', async () => {
    await using server = await startImageServer((_, response) => dripping(response.writeHead(200)));
    const signal = AbortSignal.timeout(400);

    await expect(createFetchImage(named(server))(onServer(server), 1000, signal)).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    await expect.poll(() => server.open()).toBe(0);
  });

  it('is not asked when nobody waits any more', async () => {
    await using server = await startImageServer((_, response) => response.end(picture));

    await expect(
      createFetchImage(named(server))(onServer(server), 1000, AbortSignal.abort(new Error('left'))),
    ).rejects.toThrow('left');
    expect(server.connections()).toBe(0);
  });
});
