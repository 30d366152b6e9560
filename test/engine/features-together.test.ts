import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { messageText } from '../../src/api/message.ts';
import { engineRequest, type OutputConstraint } from '../../src/api/internal/engine-request.ts';
import type { Engine } from '../../src/engines/engine.ts';
import { ManifoldError } from '../../src/errors.ts';
import { shortTools } from '../support/calls.ts';
import { answer, ask, startEngine } from '../support/engine.ts';
import { seededRandom } from '../support/random-schema.ts';
import { createReasoningModels, reasoningModels, type ReasoningModel } from '../support/reasoning-models.ts';

const outputs: readonly (OutputConstraint & { readonly pattern: string })[] = [
  { kind: 'regex', pattern: ' ?[a-z]{2,5}', param: 'guided_regex' },
  { kind: 'regex', pattern: '.{1,6}', param: 'guided_regex' },
  { kind: 'regex', pattern: '[a-c]{1,4}', param: 'guided_regex' },
];
const question = { role: 'user' as const, content: 'Which?' };
const begun = [
  { role: 'assistant' as const, content: 'It is ' },
  { role: 'assistant' as const, content: 'It is ', reasoning_content: 'Let me see.' },
  { role: 'assistant' as const, content: '', reasoning_content: 'Let me' },
];

/** What limits an answer, holds it to a form and looks at it, a few at a time. */
function randomRequest(random: () => number) {
  const whole = (min: number, max: number) => min + Math.floor(random() * (max - min + 1));
  const pick = <T>(items: readonly T[]): T => items[whole(0, items.length - 1)] as T;
  const writers: (() => Record<string, unknown>)[] = [
    () => ({ thinking_budget: { tokens: whole(0, 6), param: 'thinking_token_budget' } }),
    () => ({ thinking_budget: { tokens: whole(0, 2), param: 'thinking_token_budget' } }),
    () => ({ output: pick(outputs), max_tokens: 80 }),
    () => ({ output: pick(outputs), max_tokens: 80 }),
    () => ({ stop: [pick(['e', 'x', 'a', '\n'])], include_stop_str_in_output: random() < 0.5 }),
    () => ({ bad_words: ['a', 'b', 'th', 'e', '\u00e9'].slice(0, whole(1, 5)) }),
    () => ({ min_tokens: whole(1, 20) }),
    () => ({ ignore_eos: true }),
    () => ({ n: whole(2, 4) }),
    () => ({ frequency_penalty: random() * 2, repetition_penalty: 1.2 }),
    () => ({ logprobs: true, top_logprobs: whole(0, 3) }),
    () => ({ tools: shortTools, tool_choice: pick(['auto', 'required']) }),
    () => ({ stop_token_ids: [whole(0, 250), whole(0, 250)] }),
    () => ({ messages: [question, pick(begun)], continue_final_message: true, echo: random() < 0.5 }),
    () => ({ temperature: pick([0, 0.7, 2]) }),
    () => ({ skip_special_tokens: false }),
  ];
  const fields = Object.assign({}, ...writers.filter(() => random() < 0.35).map((write) => write())) as object;
  const defaults = { max_tokens: 40, return_token_ids: true, seed: whole(0, 1e6), temperature: 1 };
  return engineRequest.parse({ ...ask('Which?'), ...defaults, ...fields });
}

describe.each(Object.keys(reasoningModels) as ReasoningModel[])('%s', (name) => {
  const models = createReasoningModels();
  let engine: Engine;
  beforeAll(async () => {
    engine = await startEngine(models.write(name), { context: 512 });
  });
  afterAll(() => engine.close().finally(() => models.remove()));

  it('keeps every promise of a request, whatever else it asks for', async () => {
    const random = seededRandom(7);
    const broken: unknown[] = [];
    for (let count = 0; count < 40; count++) {
      const request = randomRequest(random);
      const { messages: _, tools, ...shown } = request;
      const blame = (what: string, more?: unknown) =>
        broken.push(
          JSON.stringify({ what, more, tools: tools && request.tool_choice, ...shown, last: request.messages.at(-1) }),
        );
      let got;
      try {
        got = await answer(engine, request);
      } catch (failure) {
        const isRefusal = failure instanceof ManifoldError && failure.status === 400;
        if (!isRefusal) blame('failed', String(failure));
        else if (failure.param !== 'bad_words' && failure.param !== 'guided_regex') blame('refused', failure.message);
        continue;
      }
      const { chunks, usage } = got;
      const parts = chunks.flatMap(({ choices }) => choices);
      const ids = parts.flatMap((part) => part.token_ids ?? []);
      if (ids.length !== usage?.completion_tokens) blame('token ids', [ids.length, usage?.completion_tokens]);
      const entries = parts.flatMap((part) => part.logprobs?.content ?? []);
      if (entries.length > ids.length) blame('entries', [entries.length, ids.length]);
      const reasoned = usage?.completion_tokens_details?.reasoning_tokens ?? 0;
      // A character that was begun is completed first.
      if (reasoned > ((request.thinking_budget?.tokens ?? Infinity) + 3) * request.n) blame('budget', reasoned);
      for (let index = 0; index < request.n; index++) {
        const own = parts.filter((part) => part.index === index);
        const content = own.map(({ delta }) => delta.content ?? '').join('');
        const last = own.at(-1);
        const echo =
          request.echo && request.continue_final_message ? messageText(request.messages.at(-1) ?? question) : '';
        if (!content.startsWith(echo)) blame('echo', content);
        const said = content.slice(echo.length);
        const { output } = request;
        const isWhole = last?.finish_reason === 'stop' && last.stop_reason === null;
        const hasCalls = own.some(({ delta }) => delta.tool_calls);
        if (output?.kind === 'regex' && isWhole && !hasCalls && !new RegExp(`^(?:${output.pattern})$`, 'u').test(said))
          blame('output', said);
        const [stop] = request.stop;
        if (request.min_tokens === 0 && stop !== undefined && said.slice(0, -1).includes(stop)) blame('stop', said);
      }
    }

    expect(broken).toEqual([]);
  });
});
