import { shortTools } from './calls.ts';

/** Any of the parameters that shape an answer, a few at a time, each within its range. */
export function randomParameters(random: () => number): Record<string, unknown> {
  const between = (min: number, max: number) => min + random() * (max - min);
  const whole = (min: number, max: number) => Math.floor(between(min, max + 1));
  const pick = <T>(items: readonly T[]): T => items[whole(0, items.length - 1)] as T;
  const writers: (() => Record<string, unknown>)[] = [
    () => ({ temperature: pick([0, between(0, 2)]) }),
    () => ({ top_p: between(0, 1) }),
    () => ({ top_k: pick([-1, 1, whole(2, 50)]) }),
    () => ({ min_p: between(0, 0.5) }),
    () => ({ repetition_penalty: between(0.8, 1.5) }),
    () => ({ frequency_penalty: between(-2, 2), presence_penalty: between(-2, 2) }),
    () => ({ logit_bias: { [whole(0, 400)]: whole(-100, 100), [whole(0, 400)]: whole(-100, 100) } }),
    () => ({ logprobs: true, top_logprobs: whole(0, 5) }),
    () => ({ stop: pick(['e', [' the', '\n'], ['zzz'], '. ']) }),
    () => ({ n: whole(2, 3) }),
    () => ({ min_tokens: whole(1, 12) }),
    () => ({ ignore_eos: true }),
    () => ({ max_tokens: whole(1, 6) }),
    () => ({ tools: shortTools, tool_choice: pick(['none', 'required', 'auto']), max_tokens: 120 }),
    () => ({ parallel_tool_calls: false }),
    () => ({ priority: whole(0, 9) }),
  ];
  const outputs: typeof writers = [
    () => ({ response_format: { type: 'json_object' }, max_tokens: 100 }),
    () => ({ guided_json: { type: 'array', items: { enum: ['a', 'b', 3] }, maxItems: 4 }, max_tokens: 60 }),
    () => ({ guided_regex: '[a-c]{3,9}' }),
    () => ({ structured_outputs: { choice: ['sun', 'rain', 'sunny'] } }),
  ];
  if (random() < 0.4) writers.push(pick(outputs));
  const chosen = writers.filter((write) => outputs.includes(write) || random() < 0.3).map((write) => write());
  return Object.assign({ max_tokens: 24, seed: whole(0, 1_000_000) }, ...chosen) as Record<string, unknown>;
}
