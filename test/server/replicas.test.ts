import { afterEach, describe, expect, it } from 'vitest';
import { ManifoldError } from '../../src/errors.ts';
import { answer, role, scriptedEngine, usageOf } from '../support/scripted-engine.ts';
import { startTestServer, userMessage, type TestServer } from '../support/test-server.ts';

const lost = new ManifoldError('engine_disconnected', 'The engine was lost.');
let server: TestServer;
afterEach(() => server.stop());

const body = { model: 'test/model', messages: [userMessage] };

describe('a request that lost an engine', () => {
  it('is counted and logged, with what the engine had read', async () => {
    const begun = { ...role(), usage: usageOf(9, 0).usage };
    server = await startTestServer(scriptedEngine((attempt) => (attempt === 1 ? [begun, lost] : answer('again'))));

    expect(await (await server.chat(body)).json()).toMatchObject({ usage: { prompt_tokens: 7 } });
    await expect.poll(() => server.logLines().at(-1)).toMatchObject({ status: 200, lostAttempts: 1, promptTokens: 7 });
    const metrics = await (await server.fetch('/v1/metrics')).text();
    expect(metrics).toContain(
      'manifold_replica_retries_total{model="test/model",replica="scripted",code="engine_disconnected"} 1',
    );
    expect(metrics).toContain('manifold_replica_requests_outstanding{model="test/model",replica="scripted"} 0');
    expect(metrics).toContain('manifold_prompt_tokens_total{model="test/model"} 16');
  });

  it.each([true, false])('twice is refused when it comes again (stream: %s), and others are not', async (stream) => {
    const engine = scriptedEngine((_, { messages }) =>
      JSON.stringify(messages).includes('deadly') ? [lost] : answer('ok'),
    );
    server = await startTestServer(engine);
    const deadly = { ...body, stream, messages: [{ role: 'user', content: 'deadly' }] };
    expect((await server.chat(deadly)).status).toBe(502);
    const asked = engine.requests.length;
    const refused = await server.chat({ ...deadly, seed: 7 });

    expect(refused.status).toBe(422);
    expect(await refused.json()).toMatchObject({
      error: { code: 'request_quarantined', type: 'invalid_request_error' },
      title: 'Unprocessable Content',
    });
    expect(engine.requests).toHaveLength(asked);
    expect((await server.chat(body)).status).toBe(200);
  });
});
