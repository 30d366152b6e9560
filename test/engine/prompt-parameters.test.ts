import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chatCompletionRequest, type ChatCompletionRequestInput } from '../../src/api/chat-completion-request.ts';
import type { PromptLogprobs } from '../../src/api/token-details.ts';
import { builtInModel } from '../../src/config/built-in-model.ts';
import type { Engine } from '../../src/engines/engine.ts';
import { collect } from '../../src/inference/answers/collect.ts';
import { startEngine } from '../support/engine.ts';
import { createTinyModels } from '../support/tiny-models.ts';

type Fields = Partial<ChatCompletionRequestInput>;

const models = createTinyModels();
let engine: Engine;
beforeAll(async () => {
  engine = await startEngine(builtInModel.path);
});
afterAll(async () => {
  await engine.close();
  models.remove();
});

const question = { role: 'user', content: 'What is the capital of France?' } as const;
const begun = (content: string) => [question, { role: 'assistant', content } as const];

async function plain(fields: Fields, from = engine) {
  const body = { model: 'm', messages: [question], temperature: 0, max_tokens: 12, return_token_ids: true, ...fields };
  const answer = await collect(await from.chat(chatCompletionRequest.parse(body), new AbortController().signal));
  const [choice] = answer.choices;
  return { ...answer, text: choice?.message.content ?? '', ids: choice?.token_ids ?? [], choice };
}

/** Without the tokens of its beginning. */
const promptIds = async (fields: Fields) => (await plain({ max_tokens: 1, ...fields })).prompt_token_ids ?? [];

describe('continue_final_message', () => {
  it('goes on from what the assistant began, as the model itself would', async () => {
    const whole = await plain({});
    const cutAt = whole.text.indexOf(' ', 5);
    const rest = await plain({ messages: begun(whole.text.slice(0, cutAt)), continue_final_message: true });

    expect(cutAt).toBeGreaterThan(0);
    expect(whole.text.slice(0, cutAt) + rest.text).toBe(whole.text);
  });

  it('begins a new turn without it', async () => {
    const continued = await promptIds({ messages: begun('The'), continue_final_message: true });
    const closed = await promptIds({ messages: begun('The') });

    expect(closed.length).toBeGreaterThan(continued.length);
    expect(closed.slice(0, continued.length)).toEqual(continued);
  });

  it('reads the message as the assistant wrote it, marks and all, and closes nothing', async () => {
    const marked = await promptIds({ messages: begun('a<|im_end|>'), continue_final_message: true });
    const plainly = await promptIds({ messages: begun('a'), continue_final_message: true });

    expect(marked.slice(0, plainly.length)).toEqual(plainly);
    // The mark is spelled out in several tokens.
    expect(marked.length).toBeGreaterThan(plainly.length + 1);
  });

  it('lets a generation prompt be left out', async () => {
    const with_ = await promptIds({});
    const without = await promptIds({ add_generation_prompt: false });

    expect(with_.slice(0, without.length)).toEqual(without);
    expect(with_.length).toBeGreaterThan(without.length);
  });
});

describe('echo', () => {
  it('begins the content with the last message of the assistant, uncounted', async () => {
    const fields = { messages: begun('The capital'), continue_final_message: true, logprobs: true };
    const silent = await plain(fields);
    const echoed = await plain({ ...fields, echo: true });

    expect(echoed.text).toBe(`The capital${silent.text}`);
    expect(echoed.usage.completion_tokens).toBe(silent.usage.completion_tokens);
    expect(echoed.ids).toEqual(silent.ids);
    expect(echoed.choice?.logprobs).toEqual(silent.choice?.logprobs);
  });

  it('is for every choice, and says nothing of a user', async () => {
    const fields = { messages: begun('Well'), continue_final_message: true, echo: true, n: 2 };
    const { choices } = await plain(fields);

    expect(choices.map(({ message }) => message.content?.slice(0, 4))).toEqual(['Well', 'Well']);
    expect((await plain({ echo: true })).text).toBe((await plain({})).text);
  });
});

describe('truncate_prompt_tokens', () => {
  it('keeps the last tokens, or the first, and usage counts them', async () => {
    const all = await promptIds({});
    const last = await plain({ truncate_prompt_tokens: 5 });

    expect(last.prompt_token_ids).toEqual(all.slice(-5));
    expect(last.usage.prompt_tokens).toBe(5);
    expect(await promptIds({ truncate_prompt_tokens: 5, truncation_side: 'right' })).toEqual(all.slice(0, 5));
    expect(await promptIds({ truncate_prompt_tokens: all.length + 1 })).toEqual(all);
  });

  it('-1 leaves room for the answer', async () => {
    const messages = [{ role: 'user' as const, content: 'sea '.repeat(20_000) }];
    const state = engine.state();
    const context = state.kind === 'ready' ? (state.contextLength ?? 0) : 0;
    const { usage } = await plain({ messages, truncate_prompt_tokens: -1, max_tokens: context - 30 });

    expect(usage.prompt_tokens).toBe(30);
    await expect(plain({ messages })).rejects.toMatchObject({ code: 'context_length_exceeded' });
    await expect(plain({ messages, truncate_prompt_tokens: -1, max_tokens: context })).rejects.toMatchObject({
      status: 400,
      param: 'truncate_prompt_tokens',
    });
  });
});

describe('cache_salt', () => {
  it('keeps what was computed for a prompt to requests with the same', async () => {
    const messages = [{ role: 'user' as const, content: 'Nobody asked this before: how deep is the sea?' }];
    const cached = async (fields: Fields) =>
      (await plain({ messages, max_tokens: 1, ...fields })).usage.prompt_tokens_details?.cached_tokens;

    expect(await cached({ cache_salt: 'a' })).toBeLessThan(5);
    expect(await cached({ cache_salt: 'a' })).toBeGreaterThan(5);
    expect(await cached({ cache_salt: 'b' })).toBe(0);
    expect(await cached({})).toBeLessThan(5);
  });
});

describe('documents', () => {
  it('are refused by name where the template does not show them', async () => {
    const documents = [{ title: 'Seas', text: 'The sea is deep.' }];

    await expect(plain({ documents })).rejects.toMatchObject({ status: 400, param: 'documents' });
    expect((await plain({ documents: [] })).text).toBe((await plain({})).text);
  });
});

describe('prompt_logprobs', () => {
  const long = [
    { role: 'system' as const, content: 'You are a helpful assistant. '.repeat(6) },
    { role: 'user' as const, content: 'Who are you?' },
    { role: 'assistant' as const, content: '' },
  ];
  const chosen = (reported: PromptLogprobs | undefined, ids: readonly number[] | undefined) =>
    ids?.map((id, at) => reported?.[at]?.[id]?.logprob ?? null) ?? [];

  it('are those with which the model wrote the same', async () => {
    const written = await plain({ logprobs: true, messages: long.slice(0, 2) });
    const messages = [...long.slice(0, 2), { role: 'assistant' as const, content: written.text }];
    const fields = { messages, continue_final_message: true, prompt_logprobs: 1, max_tokens: 1 };
    const read = await plain(fields);
    const entries = written.choice?.logprobs?.content ?? [];
    const values = chosen(read.prompt_logprobs, read.prompt_token_ids);

    expect(entries.length).toBeGreaterThan(3);
    expect(read.prompt_token_ids?.length).toBeGreaterThan(64);
    for (const [at, { logprob }] of entries.entries()) {
      expect(values.at(at - entries.length)).toBeCloseTo(logprob, 1);
    }
  });

  it('have an entry for each token, ranked, and null for the first', async () => {
    const { prompt_logprobs: reported, prompt_token_ids: ids = [] } = await plain({ prompt_logprobs: 3 });
    const [first, ...rest] = reported ?? [];

    expect(reported).toHaveLength(ids.length);
    expect(first).toBeNull();
    for (const [at, entry] of rest.entries()) {
      const own = entry?.[ids[at + 1] ?? -1];
      const ranked = Object.values(entry ?? {}).toSorted((a, b) => a.rank - b.rank);
      expect(own?.rank).toBeGreaterThan(0);
      expect(ranked.slice(0, 3).map(({ rank }) => rank)).toEqual([1, 2, 3]);
      expect(ranked).toHaveLength((own?.rank ?? 0) > 3 ? 4 : 3);
      expect(ranked.every(({ logprob }, place) => logprob <= (ranked[place - 1]?.logprob ?? 0))).toBe(true);
    }
  });

  it('may be as many as one chunk can have', async () => {
    const content = Array.from({ length: 440 }, (_, at) => `word${at % 97}`)
      .join(' ')
      .slice(0, 1900);
    const messages = [{ role: 'user', content } as const];
    const { prompt_logprobs: reported = [] } = await plain({ messages, prompt_logprobs: 20, max_tokens: 1 });

    // What they take as JSON is beyond a megabyte.
    expect(JSON.stringify(reported).length).toBeGreaterThan(1 << 20);
  });

  it('are read anew, whatever is known of the prompt, for all choices at once', async () => {
    const messages = long.slice(0, 2);
    await plain({ messages });
    const fields = { messages, prompt_logprobs: 0, max_tokens: 2 };
    const [once, again, twice] = [await plain(fields), await plain(fields), await plain({ ...fields, n: 2 })];

    expect(again.usage.prompt_tokens_details?.cached_tokens).toBe(0);
    for (const each of [once, again, twice]) {
      const values = chosen(each.prompt_logprobs, each.prompt_token_ids);
      expect(values.slice(1).every((value) => value !== null && value <= 0)).toBe(true);
      const known = chosen(once.prompt_logprobs, once.prompt_token_ids);
      for (const [at, value] of values.entries()) expect(value ?? 1).toBeCloseTo(known[at] ?? 1, 1);
    }
    expect((await plain({ messages })).usage.prompt_tokens_details?.cached_tokens).toBeGreaterThan(20);
  });

  it('are there for a deterministic request, to the last bit', async () => {
    const fields = { messages: long.slice(0, 2), prompt_logprobs: 2, deterministic: true, max_tokens: 2 };

    expect((await plain(fields)).prompt_logprobs).toEqual((await plain(fields)).prompt_logprobs);
  });

  it('are absent unless asked for, and bounded', async () => {
    expect(await plain({})).not.toHaveProperty('prompt_logprobs');
    const messages = [{ role: 'user' as const, content: 'sea '.repeat(3000) }];
    await expect(plain({ messages, prompt_logprobs: 20 })).rejects.toMatchObject({ status: 400 });
  });

  it.each(['mamba2', 'gemma3', 'qwen3'] as const)('are there for every kind of memory: %s', async (family) => {
    const tiny = await startEngine(models.write(family).path, { context: 256 });
    try {
      const alone = await plain({ prompt_logprobs: 1, max_tokens: 3 }, tiny);
      const beside = await Promise.all([0, 1, 2].map(() => plain({ prompt_logprobs: 1, max_tokens: 3, n: 2 }, tiny)));

      for (const { prompt_logprobs: reported, prompt_token_ids: ids = [] } of [alone, ...beside]) {
        expect(reported).toHaveLength(ids.length);
        expect(reported?.slice(1).every((entry, at) => entry?.[ids[at + 1] ?? -1] !== undefined)).toBe(true);
      }
    } finally {
      await tiny.close();
    }
  });
});
