import { describe, expect, it } from 'vitest';
import type { UpstreamKind } from '../../src/api/internal/upstream-kinds.ts';
import { askThrough as ask, body, event, said } from '../support/ask-through.ts';
import { startScriptedUpstream, type Reply } from '../support/scripted-upstream.ts';
import { startInFrontOf } from '../support/upstream-server.ts';

describe('a stream that breaks', () => {
  it.each<[string, Reply]>([
    ['is cut', { events: [said], end: 'cut' }],
    ['is cut before its usage has come', { events: [said, event({ content: ' two' })], end: 'cut' }],
    ['ends without an end', { events: [said], end: 'nothing' }],
    ['says [DONE] too early', { events: [said] }],
    ['fails in the middle', { events: [said, { error: { message: 'boom' } }], end: 'nothing' }],
  ])('%s: an error event, no finish reason and no [DONE]', async (_name, reply) => {
    const { answer, text: received } = await ask(reply, { stream: true });

    expect(answer.status).toBe(200);
    expect(received).toContain('"error":{');
    expect(received).not.toContain('[DONE]');
    expect(received).not.toContain('"finish_reason":"');
    expect(received).not.toContain('boom');
  });

  const tools = [{ type: 'function', function: { name: 'f' } }];
  it.each<[UpstreamKind, object, number]>([
    ['openai', { stream: false }, 1],
    ['openai', { stream: true }, 1],
    ['ollama', { n: 3, stream: true }, 3],
    // It is asked for a plain answer.
    ['tensorrt-llm', { tools }, 1],
  ])('a client of %s that leaves (%j) closes %i connections', async (kind, fields, count) => {
    await using upstream = await startScriptedUpstream(({ path }) =>
      path.startsWith('GET') ? { text: '{"data":[]}' } : { events: [said], end: 'silence' },
    );
    await using server = await startInFrontOf(kind, upstream.url);
    const leaving = new AbortController();
    const answer = server.chat({ ...body, ...fields }, { signal: leaving.signal }).then((reply) => reply.text());
    await expect.poll(() => upstream.posts().length).toBe(count);
    leaving.abort();

    await expect(answer).rejects.toThrow(/abort/i);
    await expect.poll(() => upstream.left()).toBe(count);
  });
});
