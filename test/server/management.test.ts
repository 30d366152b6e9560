import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { license, manifest, metadata } from '../../src/api/management.ts';
import { scriptedEngine } from '../support/scripted-engine.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const text = readFileSync(path.join(import.meta.dirname, '..', '..', 'LICENSE'), 'utf8');

let server: TestServer;
beforeAll(async () => {
  const loading = scriptedEngine([]);
  loading.setState({ kind: 'loading', progress: 0 });
  server = await startTestServer(loading, { models: { 'a/b': scriptedEngine([]), c: loading } });
});
afterAll(() => server.stop());

describe("NIM's management routes", () => {
  it('show the licence with its text and digest', async () => {
    const body: unknown = await (await server.fetch('/v1/license')).json();

    expect(license.parse(body)).toEqual(body);
    expect(body).toMatchObject({
      name: 'LICENSE',
      type: 'file',
      content: text,
      size: text.length,
      sha: createHash('sha1').update(text).digest('hex'),
    });
  });

  it('show release, licence and models', async () => {
    const body: unknown = await (await server.fetch('/v1/metadata')).json();

    expect(metadata.parse(body)).toEqual(body);
    expect(body).toMatchObject({
      version: '0.0.0-test',
      licenseInfo: { name: 'LICENSE' },
      modelInfo: [{ shortName: 'a/b' }, { shortName: 'c' }],
    });
  });

  it('list what is served as YAML, as it stands now', async () => {
    const body = manifest.parse(await (await server.fetch('/v1/manifest')).json());

    expect(parse(body.manifest_file)).toEqual({
      release: '0.0.0-test',
      models: [
        { name: 'a/b', owned_by: 'test', engine: 'scripted', state: 'ready', max_model_len: 4096 },
        { name: 'c', owned_by: 'test', engine: 'scripted', state: 'loading' },
      ],
    });
  });

  it.each(['/v1/license', '/v1/metadata', '/v1/manifest', '/v1/version'])('need a key: %s', async (route) => {
    expect((await fetch(server.url + route)).status).toBe(401);
    expect((await server.fetch(route, { method: 'HEAD' })).status).toBe(200);
    expect((await server.fetch(route, { method: 'POST', body: '{}' })).status).toBe(405);
  });
});
