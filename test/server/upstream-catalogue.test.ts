import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { replicaSettings } from '../../src/config/replica-settings.ts';
import { policyOf } from '../../src/engines/replicas/policy.ts';
import { createReplicaSet } from '../../src/engines/replicas/replica-set.ts';
import { createCatalogue } from '../../src/engines/upstream/catalogue.ts';
import { createSystemClock } from '../../src/lib/clock.ts';
import { startConfigured } from '../support/configured-server.ts';
import { scriptedEngine } from '../support/scripted-engine.ts';
import { startScriptedUpstream, type Asked, type Reply } from '../support/scripted-upstream.ts';
import { startTestServer } from '../support/test-server.ts';
import { upstreamSettings } from '../support/upstream-server.ts';

const directory = mkdtempSync(join(tmpdir(), 'manifold-catalogue-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const answer = { events: [{ choices: [{ delta: { content: 'one' }, finish_reason: 'stop' }] }] };
const lists =
  (...ids: string[]) =>
  ({ path }: Asked): Reply =>
    path.startsWith('GET')
      ? { text: JSON.stringify({ data: ids.map((id) => ({ id, owned_by: 'them', max_model_len: 99 })) }) }
      : answer;

describe('the models of a server', () => {
  it('are found out, listed beside the local ones, and can be called', async () => {
    await using upstream = await startScriptedUpstream(lists('meta/llama-3.3-70b-instruct', 'test/local'));
    const settings = { ...upstreamSettings('vllm', upstream.url), models: undefined };
    const catalogue = createCatalogue(settings, { log });
    await catalogue.start();
    const local = scriptedEngine([]);
    const server = await startTestServer(local, { models: { 'test/local': local }, catalogues: [catalogue] });
    const { data } = (await (await server.fetch('/v1/models')).json()) as { data: object[] };
    const reply = await server.chat({
      model: 'meta/llama-3.3-70b-instruct',
      messages: [{ role: 'user', content: 'x' }],
    });

    expect(data).toMatchObject([
      { id: 'test/local', owned_by: 'test' },
      { id: 'meta/llama-3.3-70b-instruct', owned_by: 'them', max_model_len: 99 },
    ]);
    expect(reply.status).toBe(200);
    expect(upstream.posts()[0]?.body['model']).toBe('meta/llama-3.3-70b-instruct');
    await server.stop();
  });

  it('come and go with what it lists', async () => {
    let listed = ['a'];
    await using upstream = await startScriptedUpstream((asked) => lists(...listed)(asked));
    const settings = { ...upstreamSettings('openai', upstream.url), models: undefined, checkMs: 20 };
    const catalogue = createCatalogue(settings, { log });
    await catalogue.start();
    const before = catalogue.find('a')?.engine;
    listed = ['a', 'b'];

    await expect.poll(() => catalogue.models().map(({ id }) => id)).toEqual(['a', 'b']);
    expect(before).toBeDefined();
    await catalogue.close();
  });

  it('are there whatever else it says of them', async () => {
    const odd = [
      { owned_by: 7 },
      { max_model_len: 0 },
      { meta: 'x' },
      { meta: { n_ctx: 0 } },
      { manifold: { images: 1 } },
    ];
    const data = [...odd.map((more, at) => ({ id: `odd-${at}`, ...more })), { id: 7 }, 'x'];
    await using upstream = await startScriptedUpstream(() => ({ text: JSON.stringify({ data }) }));
    const catalogue = createCatalogue({ ...upstreamSettings('openai', upstream.url), models: undefined }, { log });
    await catalogue.start();

    expect(catalogue.models().map(({ id }) => id)).toEqual(odd.map((_, at) => `odd-${at}`));
    expect(catalogue.models().map(({ engine }) => engine.state())).toEqual(
      odd.map(() => ({ kind: 'ready', contextLength: null, slots: null })),
    );
    await catalogue.close();
  });

  it('are kept while what it lists is no list, and gone when the list is empty', async () => {
    let text = '{"data":[{"id":"a"}]}';
    let looks = 0;
    await using upstream = await startScriptedUpstream(({ path }) => {
      if (path === 'GET /v1/models') looks++;
      return { text };
    });
    const settings = { ...upstreamSettings('openai', upstream.url), models: undefined, checkMs: 20 };
    const catalogue = createCatalogue(settings, { log });
    await catalogue.start();
    text = '{"error":"starting"}';
    const before = looks;
    await expect.poll(() => looks).toBeGreaterThan(before + 2);

    expect(catalogue.models().map(({ id }) => id)).toEqual(['a']);
    // As Ollama has it.
    text = '{"object":"list","data":null}';
    await expect.poll(() => catalogue.models()).toEqual([]);
    await catalogue.close();
  });

  it('are failed while it is away, and ready when it is back', async () => {
    let isThere = false;
    await using upstream = await startScriptedUpstream(({ path }) =>
      path === 'GET /health' ? { status: isThere ? 200 : 503 } : { text: '{"data":[]}' },
    );
    const catalogue = createCatalogue(upstreamSettings('vllm', upstream.url, { checkMs: 20 }), { log });
    await catalogue.start();
    const stateOf = () => catalogue.find('test/model')?.engine.state();

    expect(stateOf()).toMatchObject({ kind: 'failed', message: expect.stringContaining('503') });
    isThere = true;
    await expect.poll(stateOf).toMatchObject({ kind: 'ready', contextLength: null });
    await catalogue.close();
  });

  it('are at the addresses of a file, which is followed', async () => {
    await using one = await startScriptedUpstream(lists('a'));
    await using two = await startScriptedUpstream(lists('b'));
    const file = join(directory, 'addresses');
    writeFileSync(file, `# the first\n${one.url} # here\nnonsense\n`);
    const warned: object[] = [];
    const settings = { ...upstreamSettings('openai', ''), replicas: [], replicasFile: file, models: undefined };
    const catalogue = createCatalogue(settings, { log: { ...log, warn: (fields) => void warned.push(fields) } });
    await catalogue.start();
    expect(catalogue.models().map(({ id }) => id)).toEqual(['a']);
    expect(warned).toEqual([{ engine: 'openai', line: 3, problem: expect.stringContaining('http') }]);

    writeFileSync(file, two.url);
    await expect.poll(() => catalogue.models().map(({ id }) => id)).toEqual(['b']);
    await catalogue.close();
  });

  it('keep their engine while their addresses change, where it can be updated', async () => {
    await using one = await startScriptedUpstream(lists('a'));
    await using two = await startScriptedUpstream(lists('a'));
    const file = join(directory, 'changing');
    writeFileSync(file, one.url);
    const sets: (readonly string[])[] = [];
    let made = 0;
    const settings = { ...upstreamSettings('vllm', ''), replicas: [], replicasFile: file };
    const catalogue = createCatalogue(settings, {
      log,
      combine: (_, replicas) => {
        made++;
        const update = (now: typeof replicas) => void sets.push(now.map(({ name }) => name));
        update(replicas);
        return { ...scriptedEngine([]), update };
      },
    });
    await catalogue.start();
    writeFileSync(file, `${one.url}\n${two.url}\n`);

    await expect.poll(() => sets).toEqual([[one.url], [one.url, two.url]]);
    expect(made).toBe(1);
    await catalogue.close();
  });

  it.each<[object, boolean | undefined, boolean]>([
    [{}, undefined, true],
    [{}, false, false],
    [{ manifold: { images: false } }, undefined, false],
    [{ manifold: { images: true } }, undefined, true],
  ])('see images as they tell (%j), or as the configuration says (%j)', async (listed, images, expected) => {
    await using upstream = await startScriptedUpstream(() => ({
      text: JSON.stringify({ data: [{ id: 'served-name', ...listed }] }),
    }));
    const catalogue = createCatalogue(upstreamSettings('manifold', upstream.url, { images }), { log });
    await catalogue.start();

    expect(catalogue.find('test/model')?.engine.acceptsImages?.()).toBe(expected);
    await catalogue.close();
  });

  it('are asked for where they are listed', async () => {
    await using one = await startScriptedUpstream(lists('a'));
    await using two = await startScriptedUpstream(lists('a', 'b'));
    const sets: string[][] = [];
    const replicas = [{ url: one.url }, { url: two.url }];
    const catalogue = createCatalogue(
      { ...upstreamSettings('openai', ''), replicas, models: undefined },
      {
        log,
        combine: (_, all) => {
          sets.push(all.map(({ name }) => name));
          return scriptedEngine([]);
        },
      },
    );
    await catalogue.start();

    expect(catalogue.models().map(({ id }) => id)).toEqual(['a', 'b']);
    expect(sets.slice(-2)).toEqual([[one.url, two.url], [two.url]]);
    await catalogue.close();
  });

  it('of a fleet are ready when they are listed', async () => {
    await using upstream = await startScriptedUpstream((asked) =>
      asked.path === 'GET /health' ? { status: 404 } : lists('a')(asked),
    );
    const catalogue = createCatalogue(upstreamSettings('vllm', upstream.url, { selfRouting: true }), { log });
    await catalogue.start();

    expect(catalogue.find('test/model')?.engine.state().kind).toBe('ready');
    await catalogue.close();
  });

  it('may have an address with a path, with or without /v1', async () => {
    for (const path of ['/nim', '/nim/v1', '/nim/v1/']) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await using upstream = await startScriptedUpstream(lists('a'));
      const catalogue = createCatalogue(
        { ...upstreamSettings('openai', upstream.url + path), models: undefined },
        { log },
      );
      await catalogue.start();
      expect(upstream.asked[0]?.path).toBe('GET /nim/v1/models');
      await catalogue.close();
    }
  });

  it('may have an API at another path', async () => {
    for (const [path, apiPath] of [
      ['/v1beta/openai', undefined],
      ['', '/v1beta/openai'],
    ] as const) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await using upstream = await startScriptedUpstream(lists('a'));
      const settings = { ...upstreamSettings('openai', upstream.url + path, { apiPath }), models: undefined };
      const catalogue = createCatalogue(settings, { log });
      await catalogue.start();
      expect(upstream.asked[0]?.path).toBe('GET /v1beta/openai/models');
      await catalogue.close();
    }
  });

  it('that lists nothing at its address says where that is to be looked for', async () => {
    await using upstream = await startScriptedUpstream(() => ({ status: 404, text: 'nothing here' }));
    const catalogue = createCatalogue(upstreamSettings('openai', upstream.url), { log });
    await catalogue.start();

    expect(catalogue.problem()).toMatch(/404.*`url`, `apiPath`/);
    await catalogue.close();
  });

  it('leave nothing in the metrics once they are no longer listed', async () => {
    let listed = ['a', 'b'];
    await using upstream = await startScriptedUpstream((asked) => lists(...listed)(asked));
    await using server = await startConfigured([{ kind: 'openai', url: upstream.url, checkSeconds: 0.05 }]);
    const outstanding = async () => {
      const text = await (await server.fetch('/v1/metrics')).text();
      return text.match(/^manifold_replica_requests_outstanding.*$/gm)?.map((line) => /model="(.*?)"/.exec(line)?.[1]);
    };
    for (const model of listed) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await (await server.chat({ model, messages: [{ role: 'user', content: 'x' }] })).text();
    }
    expect(await outstanding()).toEqual(['a', 'b']);
    listed = ['b'];

    await expect.poll(outstanding).toEqual(['b']);
  });

  it('are no 404 before the server that may list them was reached', async () => {
    let isThere = false;
    await using upstream = await startScriptedUpstream((asked) => (isThere ? lists('a')(asked) : { status: 503 }));
    const settings = { ...upstreamSettings('openai', upstream.url), models: undefined, checkMs: 20 };
    const catalogue = createCatalogue(settings, { log });
    const server = await startTestServer(scriptedEngine([]), { catalogues: [catalogue] });
    const ask = (model: string) => server.chat({ model, messages: [{ role: 'user', content: 'x' }] });
    const before = await ask('a');
    isThere = true;
    await expect.poll(async () => (await ask('a')).status).toBe(200);

    expect([before.status, before.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await before.json()).toMatchObject({ error: { code: 'no_engine_available', param: 'model' } });
    expect((await ask('b')).status).toBe(404);
    await server.stop();
  });

  it.each([
    [401, '{}', 'The engine refuses the key it is configured with.'],
    [403, '{}', undefined],
    [200, '<html>', 'The engine lists its models as something that is not JSON.'],
    [500, '{}', undefined],
  ])('are no 404 either while a server that is well does not list them (%i)', async (status, text, problem) => {
    await using upstream = await startScriptedUpstream(({ path }) =>
      path === 'GET /health' ? { text: 'ok' } : { status, text },
    );
    const settings = { ...upstreamSettings('vllm', upstream.url), models: undefined };
    const catalogue = createCatalogue(settings, { log });
    await catalogue.start();
    const server = await startTestServer(scriptedEngine([]), { catalogues: [catalogue] });
    const reply = await server.chat({ model: 'a', messages: [{ role: 'user', content: 'x' }] });

    expect(reply.status).toBe(503);
    expect(catalogue.problem()).toBe(problem);
    await server.stop();
  });

  it('stay while the file of their addresses is written', async () => {
    await using one = await startScriptedUpstream(lists('a'));
    await using two = await startScriptedUpstream(lists('b'));
    const file = join(directory, 'written');
    writeFileSync(file, one.url);
    const warned: object[] = [];
    const settings = { ...upstreamSettings('openai', ''), replicas: [], replicasFile: file, models: undefined };
    const catalogue = createCatalogue(settings, { log: { ...log, warn: (fields) => void warned.push(fields) } });
    await catalogue.start();
    for (const [at, text] of ['', '# made by a script\n'].entries()) {
      writeFileSync(file, text);
      await expect.poll(() => warned).toHaveLength(at + 1);
      expect(catalogue.models().map(({ id }) => id)).toEqual(['a']);
    }
    expect(warned).toEqual([{ engine: 'openai' }, { engine: 'openai' }]);

    writeFileSync(file, two.url);
    await expect.poll(() => catalogue.models().map(({ id }) => id)).toEqual(['b']);
    await catalogue.close();
  });

  it.each([
    ['', { a: 'a' }],
    [', where another name of it has none', { a: 'a', b: 'a' }],
  ])('may be asked again at an address that is gone, by a request that began there%s', async (_, models) => {
    const released = Promise.withResolvers<void>();
    const said = (content: string) => ({ choices: [{ delta: { content }, finish_reason: null }] });
    const ended = { choices: [{ delta: {}, finish_reason: 'stop' }] };
    let asked = 0;
    await using one = await startScriptedUpstream((request) =>
      request.path.startsWith('GET')
        ? lists('a')(request)
        : { events: [said(++asked === 1 ? 'no JSON' : '{"a":1}'), ended], until: released.promise },
    );
    await using two = await startScriptedUpstream(lists('a'));
    const file = join(directory, 'leaving');
    writeFileSync(file, one.url);
    const settings = upstreamSettings('hosted-nim', '', { replicas: [], replicasFile: file, models });
    const catalogue = createCatalogue(settings, {
      log,
      combine: (_id, replicas) => {
        const clock = createSystemClock();
        return createReplicaSet(replicas, policyOf(replicaSettings.parse({})), { clock, log });
      },
    });
    await catalogue.start();
    const server = await startTestServer(scriptedEngine([]), { catalogues: [catalogue] });
    const messages = [{ role: 'user', content: 'x' }];
    const answered = server.chat({ model: 'a', messages, response_format: { type: 'json_object' } });
    await expect.poll(() => one.posts().length).toBe(1);
    writeFileSync(file, two.url);
    await expect.poll(() => two.asked.length).toBeGreaterThan(0);
    released.resolve();

    expect(await (await answered).json()).toMatchObject({ choices: [{ message: { content: '{"a":1}' } }] });
    expect(one.posts()).toHaveLength(2);
    await server.stop();
    await catalogue.close();
  });
});
