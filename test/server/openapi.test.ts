import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { keyRoutes } from '../../src/server/endpoints/keys.ts';
import { localModelRoutes } from '../../src/server/endpoints/local-models.ts';
import { usageEndpoint } from '../../src/server/endpoints/usage.ts';
import { createOpenapi } from '../../src/server/openapi.ts';
import { answer, call, finish, scriptedEngine, usageOf, type Step } from '../support/scripted-engine.ts';
import { startTestServer, userMessage } from '../support/test-server.ts';

interface Body {
  readonly schema?: { readonly $ref: string };
  readonly examples?: Record<string, { readonly value: object }>;
}

interface Posted {
  readonly requestBody?: { readonly content: Record<string, Body> };
}

type Document = { readonly paths: Record<string, Record<string, object>> };

describe('the API document', () => {
  it.each<[string, readonly Step[]]>([
    ['text', answer('Hello')],
    ['calls', [...call(0, 'call_1', 'f', {}), finish('tool_calls'), usageOf(7, 3)]],
  ])('describes the answer of %s as it is', async (_, script) => {
    const server = await startTestServer(scriptedEngine(script));
    const document = (await (await server.fetch('/openapi.json')).json()) as object;
    const tools = [{ type: 'function', function: { name: 'f' } }];
    const response = await server.chat({ model: 'test/model', messages: [userMessage], tools });
    const body: unknown = await response.json();
    await server.stop();

    const judge = new Ajv2020({ strict: false, validateFormats: false });
    judge.addSchema(document, 'document');
    const isDescribed = judge.validate({ $ref: 'document#/components/schemas/ChatCompletionResponse' }, body);

    expect([isDescribed, judge.errors]).toEqual([true, null]);
  });

  it.each([
    ['TokenizeRequest', { messages: [userMessage] }],
    ['TokenizeRequest', { prompt: 'a' }],
  ])('takes for %s what the server takes: %j', async (name, body) => {
    const judge = new Ajv2020({ strict: false, validateFormats: false });
    judge.addSchema(createOpenapi([], '1'), 'document');

    expect([judge.validate({ $ref: `document#/components/schemas/${name}` }, body), judge.errors]).toEqual([
      true,
      null,
    ]);
  });

  it('takes null for what of a key is to be none', () => {
    const { paths } = createOpenapi(keyRoutes({} as never), '1') as Document;
    const none = { name: null, owner: null, team: null, models: null, endpoints: null, expiresAt: null };
    const judge = new Ajv2020({ strict: false, validateFormats: false });

    for (const operation of [paths['/v1/manifold/keys']?.['post'], paths['/v1/manifold/keys/{id}']?.['patch']]) {
      const { requestBody } = operation as { requestBody: { content: Record<string, { schema: object }> } };
      const schema = requestBody.content['application/json']?.schema ?? false;
      expect([judge.validate(schema, none), judge.errors]).toEqual([true, null]);
      expect(judge.validate(schema, { scopes: null })).toBe(false);
    }
  });

  it('has examples that its schemas and the server take as they are', async () => {
    const server = await startTestServer(scriptedEngine(answer('Hello')));
    const document = (await (await server.fetch('/openapi.json')).json()) as Document;
    const judge = new Ajv2020({ strict: false, validateFormats: false });
    judge.addSchema(document, 'document');
    const examples = Object.entries(document.paths).flatMap(([path, { post }]) => {
      const posted: Posted | undefined = post;
      const { schema, examples: named = {} } = posted?.requestBody?.content['application/json'] ?? {};
      return Object.values(named).map(({ value }) => ({ path, schema, example: value }));
    });

    expect(examples.map(({ path }) => path)).toContain('/v1/chat/completions');
    for (const { path, schema, example } of examples)
      expect([path, judge.validate({ $ref: `document${schema?.$ref}` }, example)]).toEqual([path, true]);
    const answers = examples
      .filter(({ path }) => path === '/v1/chat/completions' || path === '/v1/completions')
      .map(({ path, example }) => {
        const body = JSON.stringify({ ...example, model: 'test/model' });
        return server.fetch(path, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
      });
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200]);
    await server.stop();
  });

  it('has the bodies that load and unload models, and their refusal', () => {
    const { paths } = createOpenapi(localModelRoutes({} as never, {} as never), '1') as Document;
    const bodyOf = (properties: object) => ({
      requestBody: { content: { 'application/json': { schema: { required: ['model'], properties } } } },
      responses: { 400: expect.anything() },
    });

    expect(paths['/v1/manifold/load']?.['post']).toMatchObject(
      bodyOf({ model: { type: 'string' }, keep_alive: expect.anything() }),
    );
    expect(paths['/v1/manifold/unload']?.['post']).toMatchObject(bodyOf({ model: { type: 'string' } }));
  });

  it('says that usage also comes as CSV, and that a query can be wrong', () => {
    const { paths } = createOpenapi([usageEndpoint({} as never)], '1') as Document;

    expect(paths['/v1/manifold/usage']?.['get']).toMatchObject({
      responses: { 200: { content: { 'text/csv': { schema: { type: 'string' } } } }, 400: expect.anything() },
    });
  });

  it('has the shape of failures whose status it does not list, such as that of a model that loads', () => {
    const { paths } = createOpenapi([usageEndpoint({} as never)], '1') as Document;
    const content = { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } };

    expect(paths['/v1/manifold/usage']?.['get']).toMatchObject({ responses: { default: { content } } });
  });

  it('lists the tag of every operation', () => {
    const { paths, tags } = createOpenapi(localModelRoutes({} as never, {} as never), '1') as Document & {
      tags: { name: string }[];
    };

    expect(tags).toEqual(
      expect.arrayContaining([{ name: Reflect.get(paths['/v1/manifold/ps']?.['get'] ?? {}, 'tags')[0] }]),
    );
  });
});
