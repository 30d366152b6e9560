import { describe, expect, it } from 'vitest';
import { leastOf } from '../../../test/support/least-of.ts';
import { engineRequest, type EngineRequest } from '../../api/internal/engine-request.ts';
import { boundsOf, embeddingBounds, estimatePrompt } from './account-bounds.ts';

const facts = { contextLength: null, tokensPerImage: 4096 };

function chat(fields: object): EngineRequest {
  return engineRequest.parse({
    model: 'm',
    messages: [{ role: 'user', content: 'Hello' }],
    max_tokens: 100,
    ...fields,
  });
}

describe('the most that a request can use', () => {
  it('is no less for its prompt than the bytes that a model reads', () => {
    const messages = [
      { role: 'system', content: 'é'.repeat(100) },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }],
      },
      { role: 'user', content: [{ type: 'text', text: '漢'.repeat(50) }] },
    ];
    const tools = [
      { type: 'function', function: { name: 'f', description: 'd'.repeat(500), parameters: { type: 'object' } } },
    ];

    const { inputTokens } = boundsOf(chat({ messages, tools }), facts);

    expect(inputTokens).toBeGreaterThanOrEqual(Buffer.byteLength(JSON.stringify({ messages, tools })));
  });

  it('grows with the text, byte by byte', () => {
    const of = (content: string) => boundsOf(chat({ messages: [{ role: 'user', content }] }), facts).inputTokens;

    expect(of('x'.repeat(1000)) - of('')).toBe(1000);
    expect(of('漢'.repeat(1000)) - of('')).toBe(3000);
  });

  it('counts token ids one by one, and images as configured', () => {
    const ids = boundsOf(chat({ messages: [], prompt: Array.from({ length: 500 }, () => 1) }), facts);
    const image = { type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(100_000)}` } };
    const seen = boundsOf(chat({ messages: [{ role: 'user', content: [image, image] }] }), facts);

    expect(ids.inputTokens).toBeGreaterThanOrEqual(500);
    expect(ids.inputTokens).toBeLessThan(600);
    expect(seen.inputTokens).toBeGreaterThanOrEqual(2 * 4096);
    expect(seen.inputTokens).toBeLessThan(2 * 4096 + 1000);
  });

  it('is as many answers as there are choices', () => {
    const one = boundsOf(chat({}), facts);
    const three = boundsOf(chat({ n: 3 }), facts);

    expect(one.outputTokens).toBe(100);
    expect(three).toEqual({ inputTokens: one.inputTokens * 3, outputTokens: 300 });
  });

  it('is never more than the context holds, or than is kept of a prompt', () => {
    const long = chat({ messages: [{ role: 'user', content: 'x'.repeat(100_000) }], max_tokens: 50_000 });

    expect(boundsOf(long, { ...facts, contextLength: 8192 })).toEqual({ inputTokens: 8192, outputTokens: 8192 });
    expect(boundsOf(chat({ ...long, truncate_prompt_tokens: 10 }), facts).inputTokens).toBe(10);
  });

  it('is the whole prompt where as much of it is kept as there is room for', () => {
    const fitting = chat({ truncate_prompt_tokens: -1, n: 2 });

    expect(boundsOf(fitting, facts)).toEqual(boundsOf(chat({ n: 2 }), facts));
    expect(boundsOf(fitting, facts, 12).inputTokens).toBe(24);
  });

  it('is the context where an answer has no limit', () => {
    const endless = chat({ max_tokens: undefined });

    expect(boundsOf(endless, { ...facts, contextLength: 8192 }).outputTokens).toBe(8192);
    expect(boundsOf(endless, facts).outputTokens).toBeGreaterThan(0);
  });

  it('takes a count of the prompt for its bytes', () => {
    expect(boundsOf(chat({ n: 2 }), facts, 12).inputTokens).toBe(24);
  });

  it('stays a number that sums are exact with', () => {
    const { outputTokens } = boundsOf(chat({ max_tokens: Number.MAX_SAFE_INTEGER, n: 128 }), facts);

    expect(Number.isSafeInteger(outputTokens * 1000)).toBe(true);
  });

  it('is measured in a few milliseconds', async () => {
    const content = 'word '.repeat(1_000_000);
    const request = chat({ messages: [{ role: 'user', content }] });
    const tookMs = await leastOf(10, () => {
      const before = performance.now();
      boundsOf(request, facts);
      return performance.now() - before;
    });

    expect(tookMs).toBeLessThan(10);
  });
});

describe('the most that embeddings can use', () => {
  it.each([
    ['a text', 'abc', 3],
    ['texts', ['abc', 'éé'], 7],
    ['token ids', [1, 2, 3], 3],
    ['lists of token ids', [[1, 2], [3]], 3],
  ])('of %s are its bytes or ids, and little more', (_, input, least) => {
    const { inputTokens, outputTokens } = embeddingBounds({ input }, facts);

    expect(outputTokens).toBe(0);
    expect(inputTokens).toBeGreaterThanOrEqual(least);
    expect(inputTokens).toBeLessThanOrEqual(least + 40);
  });

  it('of a long text is what the model reads of it', () => {
    expect(embeddingBounds({ input: ['x'.repeat(9999), 'y'] }, { ...facts, contextLength: 512 }).inputTokens).toBe(529);
  });
});

describe('the estimate of a prompt', () => {
  it('is below its bound', () => {
    const request = chat({ messages: [{ role: 'user', content: 'word '.repeat(200) }] });

    expect(estimatePrompt(request, facts)).toBeGreaterThan(200);
    expect(estimatePrompt(request, facts)).toBeLessThan(boundsOf(request, facts).inputTokens);
    expect(estimatePrompt(chat({ messages: [], prompt: [1, 2, 3] }), facts)).toBe(3);
  });

  it('takes images for as many tokens as are reserved for them, and reads tools too', () => {
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };
    const seen = chat({ messages: [{ role: 'user', content: [image, image] }] });
    const description = 'word '.repeat(200);
    const called = chat({ tools: [{ type: 'function', function: { name: 'f', description } }] });

    expect(estimatePrompt(seen, facts)).toBeGreaterThan(2 * 4096);
    expect(estimatePrompt(called, facts)).toBeGreaterThan(200);
  });

  it('is no more than what is read', () => {
    const long = { messages: [{ role: 'user', content: 'x'.repeat(100_000) }] };

    expect(estimatePrompt(chat(long), { ...facts, contextLength: 512 })).toBe(512);
    expect(estimatePrompt(chat({ ...long, truncate_prompt_tokens: 10 }), facts)).toBe(10);
  });
});
