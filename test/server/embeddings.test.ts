import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EmbeddingRequest } from '../../src/api/embeddings.ts';
import type { EmbeddingEvent } from '../../src/api/internal/embedding-event.ts';
import type { Engine } from '../../src/engines/engine.ts';
import { ManifoldError } from '../../src/errors.ts';
import { answer, scriptedEngine } from '../support/scripted-engine.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const vector = Buffer.from(Float32Array.from([0.6, 0.8]).buffer).toString('base64');
const vectorAt = (index: number): EmbeddingEvent => ({ index, embedding: vector, prompt_tokens: 3 });
const requests: EmbeddingRequest[] = [];
/** What the next requests get, in order; then each input gets the vector. */
const scripts: (readonly (EmbeddingEvent | Error | 'stall')[])[] = [];

const embedding: Engine = {
  ...scriptedEngine(answer('ok')),
  state: () => ({ kind: 'ready', contextLength: 512, slots: 64, embedding: { size: 2, pooling: 'mean' } }),
  async embed(request, signal, caller) {
    requests.push(request);
    if (request.input_type !== undefined) caller?.onEmulated?.(['input_type']);
    const count = typeof request.input === 'string' ? 1 : request.input.length;
    const vectors = Array.from({ length: count }, (_, index) => vectorAt(index));
    const script = scripts.shift() ?? vectors.toReversed();
    return (async function* () {
      for (const event of script) {
        if (event instanceof Error) throw event;
        if (event !== 'stall') yield event;
        else await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      }
    })();
  },
};

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer(embedding, {
    models: { embedder: embedding, chat: scriptedEngine(answer('ok')) },
  });
});
afterAll(() => server.stop());

function post(body: unknown, init: RequestInit = {}): Promise<Response> {
  return server.fetch('/v1/embeddings', {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
    ...init,
  });
}

async function errorOf(body: unknown) {
  const response = await post(body);
  const { error } = (await response.json()) as { error: { code: string; param: string | null; message: string } };
  return { status: response.status, ...error };
}

const valid = { model: 'embedder', input: ['a', 'b'] };

describe('a request for embeddings', () => {
  it('is answered in the order of its inputs', async () => {
    const response = await post(valid);

    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await response.json()).toEqual({
      object: 'list',
      data: [0, 1].map((index) => ({ object: 'embedding', index, embedding: [0.600000024, 0.800000012] })),
      model: 'embedder',
      usage: { prompt_tokens: 6, total_tokens: 6 },
    });
  });

  it('has base64 when it asks for it', async () => {
    const body = (await (await post({ ...valid, encoding_format: 'base64' })).json()) as { data: object[] };

    expect(body.data).toMatchObject([{ embedding: vector }, { embedding: vector }]);
  });

  it.each([
    ['a text', 'a'],
    ['texts', ['a', 'b']],
    ['token ids', [1, 2, 3]],
    ['lists of token ids', [[1], [2, 3]]],
  ])('takes %s', async (_what, input) => {
    await post({ ...valid, input });

    expect(requests.at(-1)?.input).toEqual(input);
  });

  it('takes null as absence and what changes nothing', async () => {
    const nothing = { dimensions: null, encoding_format: null, user: null, input_type: null, truncate: null };
    const harmless = { modality: 'text', embedding_type: 'float', add_special_tokens: true, normalize: true };

    expect((await post({ ...valid, ...nothing, ...harmless })).status).toBe(200);
    expect(requests.at(-1)).toEqual({ ...valid, encoding_format: 'float', truncate: 'NONE' });
  });

  it('is told which fields did nothing, and which less than they say', async () => {
    const { headers } = await post({ ...valid, input_type: 'query', colour: 'red', shape: 'round' });

    expect(headers.get('x-manifold-ignored')).toBe('colour, shape');
    expect(headers.get('x-manifold-emulated')).toBe('input_type');
  });

  it('may have its type in the name of the model, as NIM takes it', async () => {
    const body = await (await post({ ...valid, model: 'embedder-passage' })).json();

    expect(requests.at(-1)).toMatchObject({ model: 'embedder', input_type: 'passage' });
    expect(body).toMatchObject({ model: 'embedder-passage' });
    expect(await errorOf({ ...valid, model: 'embedder-pasage' })).toMatchObject({ code: 'model_not_found' });
    expect(await errorOf({ ...valid, model: 'other-query' })).toMatchObject({ code: 'model_not_found' });
  });

  it('is counted and logged', async () => {
    const before = server.logLines().length;
    await post(valid);
    await expect
      .poll(() => server.logLines().slice(before))
      .toMatchObject([
        { route: '/v1/embeddings', model: 'embedder', status: 200, promptTokens: 6, completionTokens: 0 },
      ]);
    const metrics = await (await server.fetch('/v1/metrics')).text();

    expect(metrics).toMatch(/manifold_prompt_tokens_total\{model="embedder"\} [1-9]/);
    expect(metrics).toMatch(/manifold_requests_waiting\{model="embedder"\} 0/);
    expect(metrics).toMatch(/manifold_requests_running\{model="embedder"\} 0/);
  });
});

describe('a wrong request names the field', () => {
  it.each<[string, unknown, string, string | null]>([
    ['no input', { model: 'embedder' }, 'missing_required_parameter', 'input'],
    ['no model', { input: 'a' }, 'missing_required_parameter', 'model'],
    ['a null input', { ...valid, input: null }, 'invalid_type', 'input'],
    ['a number', { ...valid, input: 5 }, 'invalid_type', 'input'],
    ['an object', { ...valid, input: { text: 'a' } }, 'invalid_type', 'input'],
    ['an empty text', { ...valid, input: '' }, 'invalid_value', 'input'],
    ['an empty list', { ...valid, input: [] }, 'invalid_value', 'input'],
    ['an empty text in a list', { ...valid, input: ['a', ''] }, 'invalid_value', 'input[1]'],
    ['an empty list of ids', { ...valid, input: [[1], []] }, 'invalid_value', 'input[1]'],
    ['a text among ids', { ...valid, input: [1, 'a'] }, 'invalid_type', 'input[1]'],
    ['ids among texts', { ...valid, input: ['a', [1]] }, 'invalid_type', 'input[1]'],
    ['null among texts', { ...valid, input: ['a', null] }, 'invalid_type', 'input[1]'],
    ['objects', { ...valid, input: [{}] }, 'invalid_type', 'input[0]'],
    ['half an id', { ...valid, input: [1, 2.5] }, 'invalid_value', 'input[1]'],
    ['a negative id', { ...valid, input: [[3], [1, -1]] }, 'invalid_value', 'input[1][1]'],
    ['a text among inner ids', { ...valid, input: [[3], [1, 'a']] }, 'invalid_type', 'input[1][1]'],
    ['too many inputs', { ...valid, input: Array.from({ length: 2049 }, () => 'a') }, 'invalid_value', 'input'],
    ['an unknown format', { ...valid, encoding_format: 'hex' }, 'invalid_value', 'encoding_format'],
    ['no dimensions', { ...valid, dimensions: 0 }, 'invalid_value', 'dimensions'],
    ['half a dimension', { ...valid, dimensions: 1.5 }, 'invalid_type', 'dimensions'],
    ['an unknown type', { ...valid, input_type: 'question' }, 'invalid_value', 'input_type'],
    ['an unknown cut', { ...valid, truncate: 'MIDDLE' }, 'invalid_value', 'truncate'],
    ['keep_alive that is no time', { ...valid, keep_alive: '5 weeks' }, 'invalid_value', 'keep_alive'],
    ['a negative cut', { ...valid, truncate_prompt_tokens: -2 }, 'invalid_value', 'truncate_prompt_tokens'],
    ['an image', { ...valid, modality: ['text', 'image'] }, 'unsupported_parameter', 'modality'],
    ['bytes', { ...valid, embedding_type: 'int8' }, 'unsupported_parameter', 'embedding_type'],
    ['messages', { ...valid, messages: [] }, 'unsupported_parameter', 'messages'],
    ['no special tokens', { ...valid, add_special_tokens: false }, 'unsupported_parameter', 'add_special_tokens'],
    ['vectors as they are', { ...valid, normalize: false }, 'unsupported_parameter', 'normalize'],
    ['a model that is not there', { ...valid, model: 'embeder' }, 'model_not_found', 'model'],
    ['a model that answers', { ...valid, model: 'chat' }, 'unsupported_task', 'model'],
  ])('%s', async (_what, body, code, param) => {
    const error = await errorOf(body);

    expect(error).toMatchObject({ code, param });
    expect(error.status).toBe(code === 'model_not_found' ? 404 : 400);
    expect(error.message.length).toBeGreaterThan(20);
  });

  it('in little time, however long it is', async () => {
    const input = Array.from({ length: 150_000 }, () => 1);
    const before = performance.now();

    expect(await errorOf({ ...valid, input: [...input, -1] })).toMatchObject({ param: 'input[150000]' });
    expect(performance.now() - before).toBeLessThan(10_000);
  });
});

describe('an engine that fails', () => {
  const lost = new ManifoldError('engine_disconnected', 'The connection to the engine was lost.');

  it('is asked once more when it was lost', async () => {
    scripts.push([vectorAt(0), lost]);

    expect((await post(valid)).status).toBe(200);
  });

  it('is not asked a third time', async () => {
    scripts.push([lost], [lost]);

    // Of a text of its own: one that engines die of is not sent to them again.
    expect(await errorOf({ ...valid, input: 'deadly' })).toMatchObject({ status: 502, code: 'engine_disconnected' });
    expect(scripts).toEqual([]);
  });

  it('keeps its status, since nothing has left yet', async () => {
    scripts.push([vectorAt(0), new ManifoldError('engine_overloaded', 'Too many.')]);

    expect(await errorOf(valid)).toMatchObject({ status: 503, code: 'engine_overloaded' });
  });

  it('may not leave out a vector', async () => {
    scripts.push([vectorAt(1), vectorAt(2)]);

    expect(await errorOf(valid)).toMatchObject({ status: 500, code: 'engine_error' });
  });

  it('stops when the client leaves', async () => {
    scripts.push([vectorAt(0), 'stall']);
    const leaving = new AbortController();
    const before = server.logLines().length;
    const left = post(valid, { signal: leaving.signal }).catch((failure: unknown) => failure);
    const asked = requests.length;
    await expect.poll(() => requests.length).toBe(asked + 1);
    leaving.abort();
    await left;

    await expect.poll(() => server.logLines().slice(before)).toMatchObject([{ status: 499, promptTokens: 3 }]);
    const metrics = await (await server.fetch('/v1/metrics')).text();
    expect(metrics).toMatch(/manifold_requests_waiting\{model="embedder"\} 0/);
    expect(metrics).toMatch(/manifold_requests_running\{model="embedder"\} 0/);
  });
});

describe('what the server says of it', () => {
  it('lists what a model does', async () => {
    const { data } = (await (await server.fetch('/v1/models')).json()) as { data: object[] };

    expect(data).toMatchObject([
      { id: 'chat', manifold: { task: 'chat', embedding: null } },
      { id: 'embedder', manifold: { task: 'embedding', embedding: { size: 2, pooling: 'mean' } } },
    ]);
  });

  it('describes the request in its document, refused fields included', async () => {
    const { paths, components } = (await (await server.fetch('/openapi.json')).json()) as {
      paths: Record<string, unknown>;
      components: { schemas: Record<string, { required: string[]; properties: Record<string, object> }> };
    };
    const schema = components.schemas['EmbeddingRequest'];

    expect(paths).toHaveProperty(['/v1/embeddings', 'post']);
    expect(schema?.required).toEqual(['model', 'input']);
    expect(schema?.properties).toMatchObject({
      input: { oneOf: [{ type: 'string' }, { type: 'array' }, { type: 'array' }, { type: 'array' }] },
      encoding_format: { enum: ['float', 'base64'], default: 'float' },
      modality: { description: expect.stringContaining('Not supported yet') as string },
    });
  });
});
