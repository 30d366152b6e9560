import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngines } from '../../src/engines/registry.ts';
import { createCatalogues } from '../../src/cli/create-catalogues.ts';
import type { Catalogue } from '../../src/engines/upstream/catalogue.ts';
import { writeNamedModels, type NamedModels } from '../support/pool-server.ts';
import { scriptedEngine } from '../support/scripted-engine.ts';
import { ended, event } from '../support/ask-through.ts';
import { startScriptedUpstream, type ScriptedUpstream } from '../support/scripted-upstream.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { answerAs } from '../support/upstream-kinds.ts';

const id = 'meta/one';
const ask = (content: string, fields: object = {}) => ({
  model: id,
  messages: [{ role: 'user', content }],
  max_tokens: 16,
  ...fields,
});

let files: NamedModels;
let hosted: ScriptedUpstream;
let server: TestServer;
beforeAll(async () => {
  files = writeNamedModels([id], { slots: 1, context: 32_768 });
  hosted = await startScriptedUpstream((asked) =>
    asked.path === 'GET /v1/models' ? { text: JSON.stringify({ data: [{ id }] }) } : answerAs('hosted-nim', asked),
  );
  let made: readonly Catalogue[] = [];
  const engines = [{ kind: 'hosted-nim', name: 'hosted', url: hosted.url, key: 'nvapi-test', tier: 1 }];
  server = await startTestServer(scriptedEngine([]), {
    settings: { models: files.models, engines },
    pool: ({ models, timeouts }, { logger }) =>
      createEngines(
        {
          models: models.map((model) => ({ ...model, id })),
          env: {},
          startTimeoutMs: timeouts.engineStartSeconds * 1000,
          stallTimeoutMs: timeouts.engineStallSeconds * 1000,
        },
        logger,
      ),
    catalogues: async (config, parts) => (made = await createCatalogues(config, {}, parts)),
  });
  await Promise.all(made.map(({ looked }) => looked));
  const headers = { 'content-type': 'application/json' };
  await server.fetch('/v1/manifold/load', { method: 'POST', headers, body: JSON.stringify({ model: id }) });
});
afterAll(async () => {
  await server.stop();
  await hosted[Symbol.asyncDispose]();
  files[Symbol.dispose]();
});

const contentOf = async (response: Response) =>
  ((await response.json()) as { choices: { message: { content: string } }[] }).choices[0]?.message.content;

describe('a model that runs here, with hosted NIM as overflow', () => {
  it('answers here while a slot is free, and is listed once', async () => {
    expect(await contentOf(await server.chat(ask('name')))).toContain(files.answerOf(id));
    expect(hosted.posts()).toHaveLength(0);
    const { data } = (await (await server.fetch('/v1/models')).json()) as { data: { id: string }[] };
    expect(data.map((model) => model.id)).toEqual([id]);
  });

  it('goes there while its slots are taken, and the log says where it went', async () => {
    const leaving = new AbortController();
    const running = await server.chat(ask('forever', { stream: true, max_tokens: 20_000 }), { signal: leaving.signal });
    await running.body?.getReader().read();

    const response = await server.chat(ask('name'));
    expect(await contentOf(response)).toBe('one two three');
    expect(hosted.posts()).toHaveLength(1);
    await expect
      .poll(() => server.logLines())
      .toContainEqual(expect.objectContaining({ status: 200, engine: hosted.url, model: id }));
    leaving.abort();
  });

  it('waits here for what hosted NIM cannot do', async () => {
    const leaving = new AbortController();
    const running = await server.chat(ask('forever', { stream: true, max_tokens: 20_000 }), { signal: leaving.signal });
    await running.body?.getReader().read();

    const waiting = server.chat(ask('name', { logit_bias: { 5: 1 }, return_token_ids: true }));
    setTimeout(() => leaving.abort(), 200);
    const response = await waiting;
    expect(response.status).toBe(200);
    expect(await contentOf(response)).toContain(files.answerOf(id));
  });
});

it('hosted NIM is full when as many run there as it was found to take, and those that wait there go on', async () => {
  const release = Promise.withResolvers<void>();
  const listing = { text: JSON.stringify({ data: [{ id }] }) };
  const scripted = (content: string, until?: Promise<void>) =>
    startScriptedUpstream(({ path }) =>
      path.startsWith('GET') ? listing : { events: [event({ content }), ended], ...(until && { until }) },
    );
  await using first = await scripted('hosted', release.promise);
  await using second = await scripted('other');
  let made: readonly Catalogue[] = [];
  const engines = [
    { kind: 'hosted-nim', name: 'hosted', url: first.url, key: 'nvapi-test' },
    { kind: 'openai', name: 'other', url: second.url, tier: 1 },
  ];
  const front = await startTestServer(scriptedEngine([]), {
    settings: { engines },
    catalogues: async (config, parts) => (made = await createCatalogues(config, {}, parts)),
  });
  await Promise.all(made.map(({ looked }) => looked));

  const running = Array.from({ length: 4 }, (_, at) => front.chat(ask(`question ${at}`)));
  await expect.poll(() => first.open()).toBe(4);
  expect(await contentOf(await front.chat(ask('one more')))).toBe('other');

  release.resolve();
  expect(await Promise.all(running.map(async (response) => contentOf(await response)))).toEqual(
    Array.from({ length: 4 }, () => 'hosted'),
  );
  expect(await contentOf(await front.chat(ask('another')))).toBe('hosted');
  await front.stop();
});
