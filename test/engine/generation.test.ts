import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engines/engine.ts';
import { answer, ask, startScriptedEngine } from '../support/engine.ts';

let engine: Engine;

beforeAll(async () => {
  engine = await startScriptedEngine();
});
afterAll(() => engine.close());

describe('an answer', () => {
  it('is the text of the tokens, with usage that counts them', async () => {
    const { texts, finishReasons, usage } = await answer(engine, ask('hello'));

    expect(texts).toEqual(['Hello, I am a script.']);
    expect(finishReasons).toEqual(['stop']);
    // Four pieces and the end token.
    expect(usage?.completion_tokens).toBe(5);
    expect(usage?.total_tokens).toBe((usage?.prompt_tokens ?? 0) + 5);
  });

  it('has its role in the first delta of each choice and nowhere else', async () => {
    const { chunks } = await answer(engine, ask('hello', { n: 2 }));
    const roles = [0, 1].map((index) =>
      chunks
        .flatMap((chunk) => chunk.choices.filter((choice) => choice.index === index))
        .map(({ delta }) => delta.role),
    );

    for (const [first, ...rest] of roles) {
      expect(first).toBe('assistant');
      expect(rest.every((role) => role === undefined)).toBe(true);
    }
  });

  it('never splits a character between deltas', async () => {
    const { texts, chunks } = await answer(engine, ask('emoji'));

    expect(texts).toEqual(['Café 🎉!']);
    for (const { choices } of chunks) expect(choices[0]?.delta.content ?? '').not.toContain('\uFFFD');
  });

  it('ends at every end-of-generation token of the model', async () => {
    expect((await answer(engine, ask('emoji'))).finishReasons).toEqual(['stop']);
  });

  it('drops half a character that the token limit cut off', async () => {
    const { texts, finishReasons } = await answer(engine, ask('cut', { max_tokens: 2 }));

    expect(texts).toEqual(['half a ']);
    expect(finishReasons).toEqual(['length']);
  });

  it('may be empty', async () => {
    const { texts, finishReasons, usage } = await answer(engine, ask('silence'));

    expect(texts).toEqual(['']);
    expect(finishReasons).toEqual(['stop']);
    expect(usage?.completion_tokens).toBe(1);
  });

  it('does not mix with others that run beside it', async () => {
    const words = ['hello', 'emoji', 'count', 'tag'];
    const expected = ['Hello, I am a script.', 'Café 🎉!', 'one two three four five six ', 'plain <tool_call> text'];
    const all = await Promise.all(Array.from({ length: 32 }, (_, at) => answer(engine, ask(words[at % 4] ?? ''))));

    expect(all.map(({ texts }) => texts[0])).toEqual(Array.from({ length: 32 }, (_, at) => expected[at % 4]));
  });
});

describe('stop strings', () => {
  it('cut the text before them, also when they span tokens', async () => {
    const { texts, finishReasons } = await answer(engine, ask('count', { stop: 'four' }));

    expect(texts).toEqual(['one two three ']);
    expect(finishReasons).toEqual(['stop']);
  });

  it('deliver at the end what only began like one', async () => {
    expect((await answer(engine, ask('count', { stop: ['six seven'] }))).texts).toEqual([
      'one two three four five six ',
    ]);
  });
});

describe('limits', () => {
  it('refuse a prompt that fills the context, naming both counts', async () => {
    const request = ask('x'.repeat(9000));

    await expect(engine.chat(request, new AbortController().signal)).rejects.toMatchObject({
      code: 'context_length_exceeded',
      message: expect.stringMatching(/8192.*90\d\d/) as string,
    });
  });

  it('end with length when the context is full', async () => {
    const { finishReasons, usage } = await answer(engine, ask(`forever${'x'.repeat(8000)}`, { max_tokens: 5000 }));

    expect(finishReasons).toEqual(['length']);
    expect(usage?.total_tokens).toBe(8192);
  });

  it('keep min_tokens and ignore_eos', async () => {
    expect((await answer(engine, ask('hello', { min_tokens: 8, max_tokens: 8 }))).usage?.completion_tokens).toBe(8);
    expect((await answer(engine, ask('hello', { ignore_eos: true, max_tokens: 20 }))).finishReasons).toEqual([
      'length',
    ]);
  });
});

describe('what users write stays data', () => {
  it.each(['<|im_end|>', '<|im_start|>system', '<tool_call>', '<|say-count|>'])(
    '%s in a message is plain text',
    async (text) => {
      const plain = await answer(engine, ask('hello'));
      const special = await answer(engine, ask(`hello${text}`));

      // Each byte is a token of this model; a special token would have counted once.
      expect((special.usage?.prompt_tokens ?? 0) - (plain.usage?.prompt_tokens ?? 0)).toBe(text.length);
    },
  );
});

describe('sampling', () => {
  const dice = (fields: object) => answer(engine, ask('dice', { temperature: 1, top_p: 1, max_tokens: 24, ...fields }));

  // The lower 32 bits of the largest seed are what the library takes for any seed.
  it.each([2 ** 32 - 1, 2 ** 52 - 1])('repeats itself with the seed %d', async (seed) => {
    expect((await dice({ seed })).texts).toEqual((await dice({ seed })).texts);
  });

  it('repeats itself with the same seed, alone and among others', async () => {
    const [alone] = (await dice({ seed: 7 })).texts;
    const crowd = await Promise.all([dice({ seed: 1 }), dice({ seed: 7 }), dice({ seed: 2 }), dice({ seed: 7 })]);

    expect(crowd[1]?.texts[0]).toBe(alone);
    expect(crowd[3]?.texts[0]).toBe(alone);
    expect(crowd[0]?.texts[0]).not.toBe(alone);
  });

  it('gives each of n choices numbers of its own, the first those of n = 1', async () => {
    const { texts } = await dice({ seed: 7, n: 3 });

    expect(new Set(texts).size).toBe(3);
    expect(texts[0]).toBe((await dice({ seed: 7 })).texts[0]);
  });

  it('is greedy at temperature 0', async () => {
    const [first, second] = await Promise.all([dice({ temperature: 0, seed: 1 }), dice({ temperature: 0, seed: 2 })]);

    expect(first.texts).toEqual(second.texts);
  });

  it('is greedy at temperatures so low that logits divided by them are no numbers', async () => {
    const { texts } = await dice({ temperature: 0, seed: 1 });

    expect((await dice({ temperature: 1e-38, seed: 1 })).texts).toEqual(texts);
  });

  it('follows logit_bias', async () => {
    // Tokens 256 to 259 are the special ones; the dice pieces come after the scripts before them.
    const plain = new Set((await dice({ seed: 3, max_tokens: 200 })).texts[0]?.split(' '));
    const red = await tokenOf('red ');

    expect(plain).toContain('red');
    expect((await dice({ seed: 3, max_tokens: 200, logit_bias: { [red]: -100 } })).texts[0]).not.toContain('red');
  });

  it('keeps top_k', async () => {
    expect(new Set((await dice({ top_k: 1 })).texts[0]?.trim().split(' ')).size).toBe(1);
  });

  it('avoids repetition under a presence penalty', async () => {
    const { texts } = await dice({ temperature: 0, max_tokens: 6, presence_penalty: 2 });

    expect(new Set(texts[0]?.trim().split(' ')).size).toBe(6);
  });

  it('refuses a logit_bias for a token that does not exist', async () => {
    await expect(dice({ logit_bias: { 99999: 1 } })).rejects.toMatchObject({
      code: 'invalid_value',
      param: 'logit_bias.99999',
    });
  });
});

/** The id of a piece: the one whose strong bias makes the dice show nothing else. */
async function tokenOf(piece: string): Promise<number> {
  for (let id = 256; id < 330; id++) {
    const { texts } = await answer(engine, ask('dice', { temperature: 0, max_tokens: 1, logit_bias: { [id]: 50 } }));
    if (texts[0] === piece && id > 256) {
      const others = await answer(engine, ask('dice', { temperature: 0, max_tokens: 1, logit_bias: { [id]: -100 } }));
      if (others.texts[0] !== piece) return id;
    }
  }
  throw new Error(`No token writes ${piece}`);
}
