import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parameterRoutes } from '../../src/api/parameter-routes.ts';
import { engineKinds, type ParameterSupport } from '../../src/api/support-row.ts';
import type { Engine } from '../../src/engines/engine.ts';
import { startEmbeddingEngine } from '../support/embedding-engine.ts';
import { startScriptedEngine } from '../support/engine.ts';
import { chatWalk } from '../support/parameter-effects/chat.ts';
import { completionWalk } from '../support/parameter-effects/completions.ts';
import { embeddingWalk } from '../support/parameter-effects/embeddings.ts';
import type { RouteWalk, Seen } from '../support/parameter-effects/route-walk.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

/** A live server in front of each kind of engine, with a model that answers and one that embeds. */
const servers = new Map<string, TestServer>();
const engines: Engine[] = [];
beforeAll(async () => {
  const embedding = { dimensions: [16], prefixes: { query: 'what is ' } };
  const [answering, embedder] = await Promise.all([startScriptedEngine(), startEmbeddingEngine('bert', { embedding })]);
  engines.push(answering, embedder);
  const models = { 'test/model': answering, 'test/embedder': embedder };
  servers.set('embedded', await startTestServer(answering, { models }));
});
afterAll(async () => {
  for (const server of servers.values()) await server.stop();
  for (const engine of engines) await engine.close();
});

/** An answer's shape is the route's matter. */
// oxlint-disable-next-line typescript/no-explicit-any -- one walk for answers of several shapes
const walks = new Map<string, RouteWalk<any>>([
  ['/v1/chat/completions', chatWalk],
  ['/v1/completions', completionWalk],
  ['/v1/embeddings', embeddingWalk],
]);

function walkOf(path: string) {
  const walk = walks.get(path);
  if (!walk) throw new Error(`Say in test/support/parameter-effects how the parameters of ${path} are sent.`);
  return walk;
}

async function send(kind: string, path: string, fields: object): Promise<Seen<unknown> & { readonly param: unknown }> {
  const server = servers.get(kind);
  if (!server) throw new Error(`Start a server in front of an engine of kind ${kind} for this test.`);
  const { base, textOf } = walkOf(path);
  const reply = await server.fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...base, ...fields }),
  });
  const body = await reply.text();
  if (reply.headers.get('content-type')?.includes('json') !== true) {
    return { text: body, answer: undefined, reply, param: undefined };
  }
  const answer = JSON.parse(body) as { error?: { param: unknown } };
  return { text: answer.error ? '' : textOf(answer), answer, reply, param: answer.error?.param };
}

const cases = engineKinds.flatMap((kind) => parameterRoutes.map(({ path, table }) => ({ kind, path, table })));

describe.each(cases)('$path with an engine of kind $kind', ({ kind, path, table }) => {
  const rows: [string, ParameterSupport][] = Object.entries(table);
  const of = (support: string) => rows.filter(([, row]) => row.support[kind] === support);

  it.each(of('honoured'))('%s is honoured', async (name, { example, isConditional }) => {
    const seen = await send(kind, path, example);

    const isRefused = isConditional === true && seen.reply.status === 400;
    expect(seen.param).toBe(isRefused ? name : undefined);
    expect(seen.reply.status).toBe(isRefused ? 400 : 200);
    expect(seen.reply.headers.get('x-manifold-ignored')).toBeNull();
    const emulated = seen.reply.headers.get('x-manifold-emulated');
    const isNamed = emulated?.includes(name) ?? false;
    expect(emulated === null || (isConditional === true && isNamed)).toBe(true);
    if (!isRefused) walkOf(path).effects[name]?.(seen);
  });

  it.each(of('refused'))('%s is refused by name', async (name, { example }) => {
    const { reply, param } = await send(kind, path, example);

    expect(reply.status).toBe(400);
    expect(param).toBe(name);
  });

  const emulated = of('emulated');
  it.skipIf(emulated.length === 0).each(emulated)('%s is emulated and named', async (name, { example }) => {
    const seen = await send(kind, path, example);

    expect(seen.reply.status).toBe(200);
    expect(seen.reply.headers.get('x-manifold-emulated')).toContain(name);
  });

  it('an unknown field is left out and named', async () => {
    const seen = await send(kind, path, { shoe_size: 42 });

    expect(seen.reply.status).toBe(200);
    expect(seen.reply.headers.get('x-manifold-ignored')).toBe('shoe_size');
  });
});

describe.each(parameterRoutes)('the effects this test looks for on $path', ({ path, table }) => {
  it('are those of parameters that are honoured', () => {
    const isHonoured = (name: string) => Object.values(table[name]?.support ?? {}).includes('honoured');

    expect(Object.keys(walkOf(path).effects).filter((name) => !isHonoured(name))).toEqual([]);
  });
});
