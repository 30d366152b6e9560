import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runManifold } from '../support/run-manifold.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

let server: ServerProcess;
beforeAll(async () => {
  server = await startServerProcess();
});
afterAll(() => server[Symbol.asyncDispose]());

const statusWith = async (key: string) =>
  (await server.chat('hello', {}, { headers: { authorization: `Bearer ${key}` } })).status;

describe('a key', () => {
  it('that was reset stops working in the running server, and the new one works', async () => {
    expect(await statusWith(server.key)).toBe(200);

    const { stdout, stderr } = await runManifold(['keys', 'reset', '--state-dir', server.stateDir]);
    const renewed = stdout.trim();

    expect(stderr).toContain(server.url);
    await expect.poll(() => statusWith(renewed), { timeout: 5000 }).toBe(200);
    expect(await statusWith(server.key)).toBe(401);
  });
});

describe('the log', () => {
  it('has one line for each request, without a word of prompt, answer or key', async () => {
    const { stdout } = await runManifold(['keys', 'reset', '--state-dir', server.stateDir]);
    const key = stdout.trim();
    await expect.poll(() => statusWith(key), { timeout: 5000 }).toBe(200);
    const canary = 'canary-2f6b1c';
    const headers = { authorization: `Bearer ${key}` };
    const ids: string[] = [];
    const read = async (response: Response) => {
      ids.push(response.headers.get('x-request-id') ?? '');
      return await response.text();
    };

    const plain = await read(await server.chat(`hello ${canary}`, { user: canary }, { headers }));
    const answer = (JSON.parse(plain) as { choices: [{ message: { content: string } }] }).choices[0].message.content;
    await read(await server.chat(`hello ${canary}`, { stream: true }, { headers }));
    await read(await server.chat(canary, { temperature: canary }, { headers }));
    await read(await server.chat(canary, { model: canary }, { headers }));
    await read(await server.chat(canary, {}, { headers: { authorization: `Bearer nvapi-${canary}` } }));
    await read(await server.fetch(`/v1/models/none?secret=${canary}`, { headers }));

    const audited = () => server.accessLog().filter(({ requestId }) => ids.includes(String(requestId)));
    await expect.poll(() => audited().length).toBe(6);
    expect(audited().map(({ status }) => status)).toEqual([200, 200, 400, 404, 401, 404]);
    const written = server.stdout() + server.stderr();
    expect(answer.length).toBeGreaterThan(3);
    for (const secret of [canary, key, answer]) expect(written).not.toContain(secret);
  });
});
