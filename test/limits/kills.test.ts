import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeScriptedModel } from '../support/scripted-model.ts';
import { startServerProcess, type ServerProcess } from '../support/server-process.ts';

const key = 'key-of-the-kills-0123456789';
const authorization = `Bearer ${key}`;
// Of a month: one of a day would begin anew where midnight comes between.
const tokensPerMonth = 12_000;
const maxTokens = 40;

interface Answer {
  readonly usage?: { readonly total_tokens: number };
  readonly error?: { readonly code: string };
}

let directory: string;
let model: ReturnType<typeof writeScriptedModel>;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'manifold-test-'));
  model = writeScriptedModel();
  const limits = { perKey: { tokensPerMonth }, queue: { mostWaiting: 10_000 } };
  // JSON is YAML.
  writeFileSync(join(directory, 'manifold.yaml'), JSON.stringify({ auth: { keys: [key] }, limits }));
});
afterAll(() => {
  model.remove();
  rmSync(directory, { recursive: true, force: true });
});

const start = () =>
  startServerProcess({
    stateDir: join(directory, 'state'),
    modelPath: model.path,
    args: ['--config', join(directory, 'manifold.yaml'), '--slots', '8'],
  });

/** Many at once, some of which leave; the tokens that each whole answer said it used, 0 for others. */
async function askAll(server: ServerProcess, count: number): Promise<number[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, at) => {
      const leaving = new AbortController();
      if (at % 5 === 0) setTimeout(() => leaving.abort(), 20 + at * 3);
      const init = { headers: { authorization }, signal: leaving.signal };
      try {
        const response = await server.chat('Hello', { max_tokens: maxTokens }, init);
        const { usage } = (await response.json()) as Answer;
        return usage?.total_tokens ?? 0;
      } catch {
        return 0;
      }
    }),
  );
}

async function remaining(server: ServerProcess): Promise<number> {
  const response = await server.fetch('/v1/models', { headers: { authorization } });
  await response.text();
  return Number(response.headers.get('x-ratelimit-remaining-tokens-month'));
}

it('a budget is never exceeded and nothing of it forgotten, though the server is killed between', async () => {
  let seen = 0;
  for (const afterMs of [150, 400, 700]) {
    // oxlint-disable-next-line no-await-in-loop -- one life after the other
    const server = await start();
    const answers = askAll(server, 60);
    // oxlint-disable-next-line no-await-in-loop
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    // oxlint-disable-next-line no-await-in-loop
    await server.stop('SIGKILL');
    // oxlint-disable-next-line no-await-in-loop
    seen += (await answers).reduce((sum, tokens) => sum + tokens, 0);
  }

  await using last = await start();
  // What no client saw counts as well, at the most it can have been.
  expect(await remaining(last)).toBeLessThanOrEqual(tokensPerMonth - seen);
  expect(await remaining(last)).toBeGreaterThanOrEqual(0);
  // A request may have to wait for others that were left and have not been settled yet.
  for (let code: string | undefined; code !== 'insufficient_quota';) {
    // oxlint-disable-next-line no-await-in-loop -- until nothing fits any more
    seen += (await askAll(last, 40)).reduce((sum, tokens) => sum + tokens, 0);
    // oxlint-disable-next-line no-await-in-loop
    const response = await last.chat('Hello', { max_tokens: maxTokens }, { headers: { authorization } });
    // oxlint-disable-next-line no-await-in-loop
    const { usage, error } = (await response.json()) as Answer;
    seen += usage?.total_tokens ?? 0;
    code = error?.code;
    expect([undefined, 'rate_limit_exceeded', 'insufficient_quota']).toContain(code);
  }

  expect(seen).toBeLessThanOrEqual(tokensPerMonth);
}, 240_000);
