import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { answer, scriptedEngine } from '../support/scripted-engine.ts';
import { startTestServer, userMessage, type TestServer } from '../support/test-server.ts';

let server: TestServer;
afterEach(() => server.stop());

describe('/v1/models', () => {
  it('lists what is served, with its state, what answers now first', async () => {
    const loading = scriptedEngine([]);
    loading.setState({ kind: 'loading', progress: 0.5 });
    server = await startTestServer(loading, { models: { 'meta/llama': loading, other: scriptedEngine([]) } });

    const body = (await (await server.fetch('/v1/models')).json()) as { object: string; data: object[] };

    expect(body.object).toBe('list');
    expect(body.data[1]).toMatchObject({
      id: 'meta/llama',
      object: 'model',
      owned_by: 'test',
      manifold: { state: 'loading', progress: 0.5 },
      max_model_len: null,
    });
    expect(body.data[0]).toMatchObject({
      id: 'other',
      created: 1_700_000_000,
      max_model_len: 4096,
      permission: [{ id: expect.stringMatching(/^modelperm-/), allow_sampling: true, allow_fine_tuning: false }],
      manifold: { state: 'ready', progress: null },
    });
  });

  it.each(['meta/llama', 'meta%2Fllama', 'meta%2fllama'])('describes one as %s', async (id) => {
    server = await startTestServer(scriptedEngine([]), { models: { 'meta/llama': scriptedEngine([]) } });

    const response = await server.fetch(`/v1/models/${id}`);

    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ id: 'meta/llama' });
  });

  it.each(['/v1/models', '/v1/models/test/model'])('names what has no effect in the query of %s', async (route) => {
    server = await startTestServer(scriptedEngine([]));

    const { status, headers } = await server.fetch(`${route}?catalog=all&catalogue=served&client_version=1`);

    expect([status, headers.get('x-manifold-ignored')]).toEqual([200, 'catalog, client_version']);
  });

  it('does not find another', async () => {
    server = await startTestServer(scriptedEngine([]));

    expect((await server.fetch('/v1/models/nothing')).status).toBe(404);
  });
});

describe('health', () => {
  it('is ready only while a model is', async () => {
    const engine = scriptedEngine([]);
    server = await startTestServer(engine);
    const ready = () => fetch(`${server.url}/v1/health/ready`);

    expect(await (await ready()).json()).toEqual({
      object: 'health.response',
      message: 'Service is ready.',
      status: 'ready',
    });
    engine.setState({ kind: 'loading', progress: 0 });
    const loading = await ready();
    expect([loading.status, loading.headers.get('retry-after')]).toEqual([503, '5']);
    engine.setState({ kind: 'failed', message: 'broken' });
    expect(await (await ready()).json()).toMatchObject({ status: 'not_ready', error: { code: 'model_unavailable' } });
    expect((await fetch(`${server.url}/v1/health/live`)).status).toBe(200);
  });
});

describe('/v1/metrics', () => {
  it('counts requests and tokens', async () => {
    server = await startTestServer(scriptedEngine(answer('a', 'b')));
    await (await server.chat({ model: 'test/model', messages: [userMessage] })).json();
    await (await server.chat({ model: 'made-up', messages: [userMessage] })).json();

    const response = await server.fetch('/v1/metrics');
    const text = await response.text();

    expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(text).toContain('manifold_requests_total{route="/v1/chat/completions",model="test/model",status="200"} 1');
    expect(text).toContain('manifold_requests_total{route="/v1/chat/completions",model="",status="404"} 1');
    expect(text).toContain('manifold_prompt_tokens_total{model="test/model"} 7');
    expect(text).toContain('manifold_completion_tokens_total{model="test/model"} 2');
    expect(text).toContain('manifold_time_to_first_token_seconds_count{model="test/model"} 1');
    expect(text).toContain('manifold_requests_running{model="test/model"} 0');
    expect(text).not.toContain('made-up');
  });
});

describe('pages', () => {
  it('serves the built chat page under a strict policy, and nothing outside it', async () => {
    const webDir = await mkdtemp(path.join(tmpdir(), 'web-'));
    await writeFile(path.join(webDir, 'index.html'), '<!doctype html>chat');
    await writeFile(path.join(webDir, 'chat.js'), 'hello');
    server = await startTestServer(scriptedEngine([]), { webDir });

    const page = await fetch(server.url);
    const script = await fetch(`${server.url}/assets/chat.js`);

    expect(await page.text()).toContain('chat');
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self';");
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    for (const name of ['..%2fpackage.json', '%2e%2e/x.js', '.env', 'none.js', 'chat.ts']) {
      const response = await fetch(`${server.url}/assets/${name}`);
      expect([name, response.status]).toEqual([name, 404]);
    }
  });

  it('serves the documentation viewer itself', async () => {
    server = await startTestServer(scriptedEngine([]));

    const page = await (await fetch(`${server.url}/docs`)).text();
    const script = await fetch(`${server.url}/assets/rapidoc.js`);

    expect(page).not.toMatch(/https?:\/\//);
    expect((await script.arrayBuffer()).byteLength).toBeGreaterThan(100_000);
  });
});

describe('/openapi.json', () => {
  const contractFile = path.resolve(import.meta.dirname, '../../../shared/reference/nim-chat-completions.openapi.yml');

  it('describes every operation and only existing components', async () => {
    server = await startTestServer(scriptedEngine([]));

    const response = await fetch(`${server.url}/openapi.json`);
    const document = (await response.json()) as {
      openapi: string;
      paths: Record<string, Record<string, { security?: [] }>>;
      components: { schemas: object };
    };
    const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(
      ([, name]) => name,
    );

    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining([
        '/v1/chat/completions',
        '/v1/chat/completions/render',
        '/v1/completions',
        '/v1/completions/render',
        '/tokenize',
        '/detokenize',
        '/v1/license',
        '/v1/metadata',
        '/v1/manifest',
        '/v1/models',
        '/v1/models/{model}',
        '/v1/health/ready',
        '/v1/metrics',
      ]),
    );
    expect(Object.keys(document.components.schemas)).toEqual(expect.arrayContaining(references));
    expect(document.paths['/v1/health/live']?.['get']?.security).toEqual([]);
    expect(document.components.schemas).toMatchObject({
      CompletionRequest: { required: ['model', 'prompt'], properties: { prompt: { oneOf: expect.any(Array) } } },
      DetokenizeRequest: { required: ['tokens'] },
    });
  });

  it.skipIf(!existsSync(contractFile))(
    'contains the published contract (skipped where the reference file is absent)',
    async () => {
      server = await startTestServer(scriptedEngine([]));
      const contract: unknown = parse(readFileSync(contractFile, 'utf8'));
      const ours: unknown = await (await fetch(`${server.url}/openapi.json`)).json();

      expect(missingFrom(ours, contract, '')).toEqual([]);
    },
  );
});

/** Paths where `ours` lacks what `wanted` has. Texts, examples and servers may differ; lists must contain. */
function missingFrom(ours: unknown, wanted: unknown, at: string): string[] {
  if (/\/(description|summary|title|version|example|contact|license|servers|tags)$/.test(at)) return [];
  if (Array.isArray(wanted)) {
    if (!Array.isArray(ours)) return [at];
    return wanted.flatMap((item, index) =>
      ours.some((own) => missingFrom(own, item, at).length === 0) ? [] : [`${at}[${index}]`],
    );
  }
  if (typeof wanted === 'object' && wanted !== null) {
    if (typeof ours !== 'object' || ours === null) return [at];
    return Object.entries(wanted).flatMap(([key, value]) => missingFrom(Reflect.get(ours, key), value, `${at}/${key}`));
  }
  return ours === wanted ? [] : [at];
}
