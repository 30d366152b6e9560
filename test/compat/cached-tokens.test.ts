import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelId, startServerProcess, type ServerProcess } from '../support/server-process.ts';

const keys = ['a-key-of-the-first-team', 'a-key-of-the-second-team'] as const;
let server: ServerProcess;
beforeAll(async () => {
  server = await startServerProcess({ env: { MANIFOLD_KEYS: keys.join(',') }, until: 'ready' });
});
afterAll(() => server[Symbol.asyncDispose]());

async function usageOf(apiKey: string, content: string): Promise<OpenAI.CompletionUsage | undefined> {
  const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey, maxRetries: 0 });
  const { usage } = await client.chat.completions.create({ model: modelId, messages: [{ role: 'user', content }] });
  return usage;
}

describe('cached tokens', () => {
  it('are told by usage, the log and the metrics, and belong to one key', async () => {
    const content = 'hello, this is a question that is asked more than once';
    const first = await usageOf(keys[0], content);
    const second = await usageOf(keys[0], content);
    const other = await usageOf(keys[1], content);

    const all = (first?.prompt_tokens ?? 0) - 1;
    expect([first, second, other].map((usage) => usage?.prompt_tokens_details?.cached_tokens)).toEqual([0, all, 0]);
    expect(second?.prompt_tokens).toBe(first?.prompt_tokens);
    await expect.poll(() => server.accessLog().map(({ cachedTokens }) => cachedTokens)).toEqual([0, all, 0]);
    const metrics = await (
      await server.fetch('/v1/metrics', { headers: { authorization: `Bearer ${keys[0]}` } })
    ).text();
    expect(metrics).toContain(`manifold_cached_prompt_tokens_total{model="${modelId}"} ${all}\n`);
  });
});
