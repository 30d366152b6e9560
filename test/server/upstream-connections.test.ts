import { once } from 'node:events';
import { createServer } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { ErrorBody } from '../../src/api/error.ts';
import { body, ended, event, said, usage } from '../support/ask-through.ts';
import { startScriptedUpstream } from '../support/scripted-upstream.ts';
import { selfSignedCertificate } from '../support/self-signed-certificate.ts';
import { startInFrontOf } from '../support/upstream-server.ts';

async function startSecure() {
  const certificate = selfSignedCertificate();
  const server = createServer(certificate, (request, response) => {
    request.resume();
    const isChat = request.method === 'POST';
    if (isChat) response.setHeader('content-type', 'text/event-stream');
    const events = [said, ended].map((each) => `data: ${JSON.stringify(each)}\n\n`).join('');
    response.end(isChat ? events : '{"data":[]}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return Object.assign(server, { url: `https://127.0.0.1:${port}`, certificate });
}

describe('the certificate of a server', () => {
  it('is not trusted by itself', async () => {
    await using secure = await startSecure();
    await using server = await startInFrontOf('openai', secure.url);
    const answer = await server.chat(body);
    const { manifold } = (await (await server.fetch('/v1/models/test%2Fmodel')).json()) as { manifold: object };

    expect(answer.status).toBe(502);
    expect(((await answer.json()) as ErrorBody).error.code).toBe('upstream_tls');
    expect(manifold).toMatchObject({ state: 'failed', reason: expect.stringContaining('certificate') });
  });

  it('is not blamed where a server speaks no https', async () => {
    await using upstream = await startScriptedUpstream(() => ({ text: '{"data":[]}' }));
    await using server = await startInFrontOf('openai', upstream.url.replace('http:', 'https:'));
    const { error } = (await (await server.chat(body)).json()) as ErrorBody;

    expect(error).toMatchObject({ code: 'upstream_tls', message: expect.stringContaining('https') });
    expect(error.message).not.toContain('certificate');
  });

  it('is, where the configuration names it', async () => {
    await using secure = await startSecure();
    await using server = await startInFrontOf('openai', secure.url, { ca: secure.certificate.cert });
    const answer = await server.chat(body);
    secure.closeAllConnections();

    expect(answer.status).toBe(200);
  });
});

describe('connections', () => {
  it('carry one answer after the other, and none after one that broke', async () => {
    const sockets: (number | undefined)[] = [];
    let count = 0;
    await using upstream = await startScriptedUpstream(({ path }) => {
      if (path.startsWith('GET')) return { text: '{"data":[]}' };
      return ++count === 2
        ? { events: ['data: {\n\n'], end: 'silence' }
        : { events: [said, event({}, 'stop', { usage })] };
    });
    await using server = await startInFrontOf('openai', upstream.url);
    for (let at = 0; at < 4; at++) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await (await server.chat(body)).text();
      sockets.push(upstream.posts().at(-1)?.port);
    }

    expect(sockets[1]).toBe(sockets[0]);
    expect(sockets[3]).not.toBe(sockets[1]);
  });

  it('to hosted NIM are no more than it lets run', async () => {
    let [running, most, refused] = [0, 0, 0];
    // Until then all that may run at once do, however slowly they come.
    const { promise: full, resolve: fill } = Promise.withResolvers<void>();
    await using upstream = await startScriptedUpstream(({ path }) => {
      if (path.startsWith('GET')) return { text: '{"data":[]}' };
      if (running >= 3) {
        refused++;
        fill();
        return { status: 503, text: 'ResourceExhausted: Worker local total request limit reached (4/3)' };
      }
      most = Math.max(most, ++running);
      const until = full.then(() => sleep(30)).then(() => void running--);
      return { events: [said, event({}, 'stop', { usage })], until };
    });
    // The configuration's default: nobody waits for longer than most of that.
    await using server = await startInFrontOf('hosted-nim', upstream.url, { firstByteTimeoutMs: 120_000 });
    const replies = await Promise.all(
      Array.from({ length: 30 }, () => server.chat(body).then((reply) => reply.status)),
    );

    expect(replies.filter((status) => status === 200).length).toBe(30 - refused);
    expect(refused).toBeLessThan(6);
    expect(most).toBe(3);
  });

  it('to hosted NIM are no more than it lets run, for vectors too', async () => {
    let [running, most] = [0, 0];
    await using upstream = await startScriptedUpstream(({ path }) => {
      if (path.startsWith('GET')) return { text: '{"data":[]}' };
      most = Math.max(most, ++running);
      setTimeout(() => running--, 30);
      const vectors = { data: [{ index: 0, embedding: [1] }], usage };
      return {
        events: [JSON.stringify(vectors)],
        headers: { 'content-type': 'application/json' },
        afterMs: 30,
        end: 'nothing',
      };
    });
    await using server = await startInFrontOf('hosted-nim', upstream.url);
    const embed = () => {
      const text = JSON.stringify({ model: 'test/model', input: 'a' });
      return server.fetch('/v1/embeddings', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: text,
      });
    };
    const replies = await Promise.all(Array.from({ length: 9 }, () => embed().then((reply) => reply.status)));

    expect(replies).toEqual(Array.from({ length: 9 }, () => 200));
    expect(most).toBeLessThan(9);
  });

  it('are waited for by the other choices of an answer that has begun, however long that takes', async () => {
    const until = new Promise<void>((resolve) => setTimeout(resolve, 4000));
    await using upstream = await startScriptedUpstream(({ path }) =>
      path.startsWith('GET') ? { text: '{"data":[]}' } : { events: [said, event({}, 'stop', { usage })], until },
    );
    // Nobody else waits for longer than most of that.
    await using server = await startInFrontOf('hosted-nim', upstream.url, { firstByteTimeoutMs: 3000 });
    const answer = await server.chat({ ...body, n: 6 });

    expect(answer.status).toBe(200);
    expect(((await answer.json()) as { choices: object[] }).choices).toHaveLength(6);
  });

  it('that one choice holds do not keep the others from coming', async () => {
    await using upstream = await startScriptedUpstream(({ path }) =>
      path.startsWith('GET') ? { text: '{"data":[]}' } : { events: [said, event({}, 'stop', { usage })] },
    );
    await using server = await startInFrontOf('hosted-nim', upstream.url);
    const answer = await server.chat({ ...body, n: 9 });

    expect(((await answer.json()) as { choices: object[] }).choices).toHaveLength(9);
  });
});
