import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Model, ModelList } from '../../src/api/model.ts';
import { readBundledCards } from '../../src/catalog/bundled-cards.ts';
import { createCards, namesOf } from '../../src/catalog/cards.ts';
import { createCatalogue } from '../../src/engines/upstream/catalogue.ts';
import { answer, scriptedEngine } from '../support/scripted-engine.ts';
import { startScriptedUpstream } from '../support/scripted-upstream.ts';
import { startTestServer, userMessage, type TestServer } from '../support/test-server.ts';
import { upstreamSettings } from '../support/upstream-server.ts';

const cards = createCards(() => readBundledCards(join(import.meta.dirname, '..', '..', 'models', 'cards.jsonl')));
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

interface Failure {
  readonly error: { readonly code: string; readonly message: string; readonly param: string };
}

async function list(server: TestServer, query = ''): Promise<Model[]> {
  return ((await (await server.fetch(`/v1/models${query}`)).json()) as ModelList).data;
}

async function describeModel(server: TestServer, name: string): Promise<Model> {
  return (await (await server.fetch(`/v1/models/${encodeURIComponent(name)}?catalogue=all`)).json()) as Model;
}

describe('a server that serves one model of the catalogue under its hub name', () => {
  const served = scriptedEngine(answer('Hi'));
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer(served, { models: { 'Qwen/Qwen3-0.6B': served }, cards });
    return () => server.stop();
  });

  it('tells of every card why its model cannot be called and what would help, the same everywhere', async () => {
    const listed = new Map((await list(server, '?catalogue=all')).map((model) => [model.id, model]));
    for (const card of cards.all()) {
      if (card.id === 'qwen/qwen3-0.6b') continue;
      const model = listed.get(card.id);
      if (model === undefined) throw new Error(`${card.id} is not listed.`);
      const reply = await server.chat({ model: card.id, messages: [userMessage] });
      const { error } = (await reply.json()) as Failure;
      const { state, reason } = model.manifold;

      expect([card.id, await describeModel(server, card.id)]).toEqual([card.id, model]);
      expect(['downloadable', 'retired', 'unavailable']).toContain(state);
      expect(error.message).toContain(reason);
      expect([reply.status, error.code, error.param]).toEqual(
        state === 'retired' ? [410, 'model_retired', 'model'] : [404, 'model_not_found', 'model'],
      );
      expect(reply.headers.has('sunset')).toBe(state === 'retired' && card.retired?.on !== undefined);
      expect((await server.fetch(`/v1/models/${card.id}`)).status).toBe(reply.status);
    }
  });

  it('tells a key of no card whose model it may not use, whether that is served or not', async () => {
    const keys = [{ key: 'a-key-of-sixteen-a', models: ['meta/*'] }];
    const hiding = await startTestServer(served, {
      models: { 'Qwen/Qwen3-0.6B': served },
      cards,
      settings: { auth: { keys, hideModels: true } },
    });
    const headers = { authorization: 'Bearer a-key-of-sixteen-a' };
    const status = async (name: string) => (await hiding.fetch(`/v1/models/${name}?catalogue=all`, { headers })).status;

    const statuses = [await status('qwen/qwen3-0.6b'), await status('qwen/qwen3-8b')];
    const known = await status('meta/llama-3.1-8b-instruct');
    await hiding.stop();

    expect([...statuses, known]).toEqual([404, 404, 200]);
  });

  it('sends when a retired model went, and a link to its successor', async () => {
    const reply = await server.chat({
      model: 'nvidia/nemotron-3-content-safety',
      messages: [userMessage],
      stream: true,
    });

    expect(reply.status).toBe(410);
    expect(reply.headers.get('sunset')).toBe('Wed, 15 Jul 2026 00:00:00 GMT');
    expect(reply.headers.get('link')).toBe('</v1/models/nvidia/nemotron-3.5-content-safety>; rel="successor-version"');
    expect(await reply.json()).toMatchObject({ error: { message: expect.stringContaining('nemotron-3.5') } });
  });

  it.each(['Qwen/Qwen3-0.6B', 'qwen/qwen3-0.6b', 'qwen3-0.6b', 'qwen3:0.6b', 'QWEN3-0.6B'])(
    'answers as %s, in that name',
    async (model) => {
      const reply = await server.chat({ model, messages: [userMessage] });

      expect(reply.status).toBe(200);
      expect(await reply.json()).toMatchObject({ model, choices: [{ message: { content: 'Hi' } }] });
    },
  );

  it('counts and logs a model under its own name, whatever it was called', async () => {
    await server.chat({ model: 'QwEn3:0.6B', messages: [userMessage] });
    const metrics = await (await server.fetch('/v1/metrics')).text();

    expect(metrics).toContain('model="Qwen/Qwen3-0.6B"');
    expect(metrics).not.toMatch(/model="[^"]*QwEn3/);
    await expect.poll(() => server.logLines().at(-2)).toMatchObject({ model: 'Qwen/Qwen3-0.6B' });
  });

  it('lists what is served, and with the catalogue each model once', async () => {
    const ids = (await list(server, '?catalogue=all')).map(({ id }) => id);

    expect((await list(server)).map(({ id }) => id)).toEqual(['Qwen/Qwen3-0.6B']);
    expect(ids[0]).toBe('Qwen/Qwen3-0.6B');
    expect(ids).toHaveLength(cards.all().length);
    expect(ids).not.toContain('qwen/qwen3-0.6b');
  });

  it('tells what the served one can do', async () => {
    expect(await describeModel(server, 'qwen3-0.6b')).toMatchObject({
      id: 'Qwen/Qwen3-0.6B',
      root: 'qwen/qwen3-0.6b',
      max_model_len: 4096,
      manifold: {
        state: 'ready',
        reason: null,
        capabilities: {
          modalities: ['text'],
          tools: true,
          structured_output: true,
          reasoning: true,
          reasoning_switch: 'chat_template_kwargs.enable_thinking',
        },
        memory: { weights_bytes: 639_446_688, quantization: 'Q8_0', is_estimate: false },
        retired: null,
      },
    });
  });

  it.each([['?catalogue=some'], ['/qwen3-0.6b?catalogue=']])('refuses %s naming the field', async (path) => {
    const reply = await server.fetch(`/v1/models${path}`);

    expect(reply.status).toBe(400);
    expect(await reply.json()).toMatchObject({ error: { code: 'invalid_value', param: 'catalogue' } });
  });

  it('names those that come closest to a name that nobody knows', async () => {
    const { error } = (await (
      await server.chat({ model: 'meta/llama-3.3-70b-instuct', messages: [userMessage] })
    ).json()) as Failure;

    expect(error.message).toMatch(/Did you mean `meta\/llama-3\.3-70b-instruct`/);
  });
});

describe('the first model of the list', () => {
  it('answers, whatever stands before it in the configuration', async () => {
    const failed = scriptedEngine([]);
    failed.setState({ kind: 'failed', message: 'No.' });
    const loading = scriptedEngine([]);
    loading.setState({ kind: 'loading', progress: 0.1 });
    const embedder = scriptedEngine([]);
    embedder.setState({ kind: 'ready', contextLength: 8, slots: 1, embedding: { size: 4, pooling: 'mean' } });
    const ready = scriptedEngine(answer('Hi'));
    const server = await startTestServer(ready, { models: { failed, embedder, loading, ready }, cards });
    const listed = (await list(server, '?catalogue=all')).slice(0, 4);
    await server.stop();

    expect(listed.map(({ id, manifold: { state } }) => [id, state])).toEqual([
      ['ready', 'ready'],
      ['loading', 'loading'],
      ['embedder', 'ready'],
      ['failed', 'failed'],
    ]);
  });
});

describe('a server elsewhere', () => {
  const reply = { events: [{ choices: [{ delta: { content: 'one' }, finish_reason: 'stop' }] }] };

  it.each([
    ['its id', 'meta-llama/Llama-3.3-70B-Instruct', 'meta/llama-3.3-70b-instruct'],
    ['its hub name', 'llama3.3:70b', 'meta-llama/Llama-3.3-70B-Instruct'],
  ])('is asked by its own name for a model that is called by %s', async (_, theirs, ours) => {
    await using upstream = await startScriptedUpstream(({ path }) =>
      path.startsWith('GET') ? { text: JSON.stringify({ data: [{ id: theirs }] }) } : reply,
    );
    const catalogue = createCatalogue({ ...upstreamSettings('vllm', upstream.url), models: undefined }, { log });
    await catalogue.start();
    const server = await startTestServer(scriptedEngine([]), { catalogues: [catalogue], cards });
    const answered = await server.chat({ model: ours, messages: [userMessage] });
    const model = await describeModel(server, ours);
    await server.stop();

    expect(answered.status).toBe(200);
    expect(upstream.posts()[0]?.body['model']).toBe(theirs);
    expect(model).toMatchObject({
      id: theirs,
      root: 'meta/llama-3.3-70b-instruct',
      manifold: { state: 'upstream', capabilities: { tools: true, reasoning: false } },
    });
  });
});

describe('a server elsewhere that has retired a model', () => {
  it('is told of with the successor that the catalogue knows', async () => {
    const id = 'minimaxai/minimax-m2.5';
    await using upstream = await startScriptedUpstream(({ path }) =>
      path.startsWith('GET')
        ? { text: JSON.stringify({ data: [{ id }] }) }
        : { status: 410, text: JSON.stringify({ type: 'about:blank', title: 'Gone', status: 410, detail: 'Gone.' }) },
    );
    const catalogue = createCatalogue({ ...upstreamSettings('hosted-nim', upstream.url), models: undefined }, { log });
    await catalogue.start();
    const server = await startTestServer(scriptedEngine([]), { catalogues: [catalogue], cards });
    const refused = await server.chat({ model: id, messages: [userMessage], stream: true });
    const { error } = (await refused.json()) as Failure;
    await server.stop();

    expect([refused.status, error.code, error.param]).toEqual([410, 'model_retired', 'model']);
    expect(error.message).toContain('Its successor is `minimaxai/minimax-m3`.');
    expect(refused.headers.get('sunset')).toBe('Tue, 12 May 2026 00:00:00 GMT');
  });
});

describe('the walk over all names', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer(scriptedEngine([]), { cards });
  });
  afterAll(() => server.stop());

  it('comes to the card of each', async () => {
    for (const card of cards.all()) {
      for (const name of namesOf(card)) expect((await describeModel(server, name)).id).toBe(card.id);
    }
  });
});
