import type { UpstreamKind } from '../../src/api/internal/upstream-kinds.ts';
import { startScriptedUpstream, type Reply } from './scripted-upstream.ts';
import { startInFrontOf } from './upstream-server.ts';

/** A request, and events of an answer. */
export const body = { model: 'test/model', messages: [{ role: 'user', content: 'Hello' }], max_tokens: 20 };
export const event = (delta: object, finish_reason: string | null = null, more: object = {}) => ({
  id: 'x',
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta, finish_reason }],
  ...more,
});
export const said = event({ content: 'one' });
export const ended = event({}, 'stop');
export const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };

export async function askThrough(reply: Reply, fields: object = {}, kind: UpstreamKind = 'openai') {
  await using upstream = await startScriptedUpstream(({ path }) =>
    path.startsWith('GET') ? { text: '{"data":[]}' } : reply,
  );
  await using server = await startInFrontOf(kind, upstream.url);
  const answer = await server.chat({ ...body, ...fields });
  return { answer, text: await answer.text(), upstream, server };
}
