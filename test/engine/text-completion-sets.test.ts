import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Completion, CompletionChunk } from '../../src/api/completion.ts';
import { builtInModel } from '../../src/config/built-in-model.ts';
import type { Engine } from '../../src/engines/engine.ts';
import { startEngine } from '../support/engine.ts';
import { seededRandom } from '../support/random-schema.ts';
import { sseData } from '../support/sse-events.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

let engine: Engine;
let server: TestServer;
beforeAll(async () => {
  engine = await startEngine(builtInModel.path);
  server = await startTestServer(engine);
});
afterAll(async () => {
  await server.stop();
  await engine.close();
});

const texts = ['The sea', 'é🎉', 'a <|im_end|> b', 'One two three. One two', '日本の首都は'];

function randomSet(seed: number) {
  const random = seededRandom(seed + 1);
  const whole = (below: number) => Math.floor(random() * below);
  const maybe = (fields: object) => (random() < 0.3 ? fields : {});
  const ids = () => Array.from({ length: 1 + whole(9) }, () => 3 + whole(900));
  return {
    prompt: [texts[whole(5)], ids(), [texts[whole(5)], texts[whole(5)]], [ids(), ids()]][whole(4)],
    temperature: [0, 1][whole(2)],
    seed: whole(1e6),
    max_tokens: 1 + whole(12),
    deterministic: true,
    ...maybe({ n: 2 }),
    ...maybe({ logprobs: whole(4), return_tokens_as_token_ids: random() < 0.3 }),
    ...maybe({ echo: true, ...(random() < 0.3 && { max_tokens: 0 }) }),
    ...maybe({ prompt_logprobs: whole(3) }),
    ...maybe({ return_token_ids: true }),
    ...maybe({ stop: ['e', '.'], include_stop_str_in_output: random() < 0.5 }),
    ...maybe({ stop_token_ids: [whole(300), whole(1000)] }),
    ...maybe({ bad_words: ['the', 'is'] }),
    ...maybe({ truncate_prompt_tokens: [-1, 1, 3][whole(3)] }),
    ...maybe({ truncation_side: 'right' }),
    ...maybe({ skip_special_tokens: false }),
    ...maybe({ ignore_eos: true, min_tokens: 2 }),
  };
}

async function ask(fields: object): Promise<string> {
  const response = await server.fetch('/v1/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'test/model', ...fields }),
  });
  return response.text();
}

type Choice = Completion['choices'][number];

/** What the pieces of a choice add up to, put together apart from the server. */
function joined(pieces: CompletionChunk['choices'], index: number): object {
  const own = pieces.filter((piece) => piece.index === index);
  const lists = own.flatMap(({ logprobs }) => logprobs ?? []);
  const ids = own.flatMap((piece) => piece.token_ids ?? []);
  const list = (name: keyof NonNullable<Choice['logprobs']>) => lists.flatMap((each): unknown[] => each[name]);
  const logprobs = {
    tokens: list('tokens'),
    token_logprobs: list('token_logprobs'),
    top_logprobs: list('top_logprobs'),
    text_offset: list('text_offset'),
  };
  return {
    ...Object.assign({}, ...own),
    text: own.map(({ text }) => text).join(''),
    logprobs: lists.length > 0 ? logprobs : null,
    ...(own.some((piece) => piece.token_ids) && { token_ids: ids }),
  };
}

describe('any set of fields of a text completion', () => {
  const seeds = Array.from({ length: 80 }, (_, seed) => seed);

  it.each(seeds)('number %i is answered in full, plain and streamed alike', async (seed) => {
    const fields = randomSet(seed);
    const plain = JSON.parse(await ask(fields)) as Completion;
    const streamed = sseData(await ask({ ...fields, stream: true, stream_options: { include_usage: true } }));
    const chunks = streamed.slice(0, -1).map((data) => JSON.parse(data) as CompletionChunk);
    const pieces = chunks.flatMap(({ choices }) => choices);

    expect(plain).not.toHaveProperty('error');
    expect(streamed.at(-1)).toBe('[DONE]');
    expect(plain.choices.map((_, index) => joined(pieces, index))).toEqual(plain.choices);
    expect(chunks.at(-1)?.usage?.completion_tokens).toBe(plain.usage.completion_tokens);
    const told = plain.choices.flatMap(({ logprobs }) => logprobs?.tokens ?? []).length;
    const read = 'echo' in fields ? plain.usage.prompt_tokens * ('n' in fields ? 2 : 1) : 0;
    // A stop string cuts off tokens.
    const most = 'logprobs' in fields ? read + plain.usage.completion_tokens : 0;
    expect(told).toBe('stop' in fields ? Math.min(told, most) : most);
    for (const { logprobs, text, finish_reason: reason } of plain.choices) {
      const { tokens = [], token_logprobs: values = [], text_offset: offsets = [] } = logprobs ?? {};
      expect(logprobs === null).toBe(!('logprobs' in fields));
      expect(values).toHaveLength(tokens.length);
      expect(offsets.toSorted((a, b) => a - b)).toEqual(offsets);
      expect(offsets.every((offset) => offset <= Array.from(text).length)).toBe(true);
      expect(values.filter((value) => value === null).length).toBe(logprobs && 'echo' in fields ? 1 : 0);
      expect(['stop', 'length']).toContain(reason);
    }
  });
});
