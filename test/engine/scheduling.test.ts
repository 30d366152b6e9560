import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { ChatCompletionChunk } from '../../src/api/chat-completion-chunk.ts';
import type { Engine } from '../../src/engines/engine.ts';
import { builtInModel } from '../../src/config/built-in-model.ts';
import { answer, ask, hostPid, startEngine, startSupervisedEngine } from '../support/engine.ts';
import { writeScriptedModel } from '../support/scripted-model.ts';
import { createTinyModels } from '../support/tiny-models.ts';

/** On a busy machine what is to be waited for may be over before anybody waits. */
const inTime = { retry: 5 };

const file = writeScriptedModel();
let engine: Engine;
afterEach(() => engine.close());
afterAll(() => file.remove());

const cached = async (...given: Parameters<typeof answer>) =>
  (await answer(...given)).usage?.prompt_tokens_details?.cached_tokens;
const promptTokens = async (content: string) => (await answer(engine, ask(content))).usage?.prompt_tokens ?? 0;

describe('what was computed before', () => {
  it('is used again by a prompt that begins alike, and usage says so', async () => {
    engine = await startEngine(file.path, { cellLayout: 'shared' });
    const text = 'hello, this is a question of some length';

    expect(await cached(engine, ask(text))).toBe(0);
    const tokens = await promptTokens(text);
    expect(await cached(engine, ask(text))).toBe(tokens - 1);
    const other = await cached(engine, ask('hello, this is another'));
    expect(other).toBeGreaterThan(0);
    expect(other).toBeLessThan(tokens - 1);
  });

  it.each(['shared', 'own'] as const)('gives the same text as computing it, with %s cells', async (cellLayout) => {
    const turns = ['Hello! My name is Zorbina.', 'What is 17 + 25?', 'What is my name?'];
    const say = async (isFresh: boolean) => {
      const messages: { role: 'user' | 'assistant'; content: string }[] = [];
      const reused: number[] = [];
      for (const content of turns) {
        messages.push({ role: 'user', content });
        const request = ask('', { messages, temperature: 0, max_tokens: 40 });
        const said = await answer(engine, request, undefined, { cacheSalt: isFresh ? String(messages.length) : '' });
        messages.push({ role: 'assistant', content: said.texts[0] ?? '' });
        reused.push(said.usage?.prompt_tokens_details?.cached_tokens ?? 0);
      }
      return { text: messages.map(({ content }) => content), reused };
    };
    engine = await startEngine(builtInModel.path, { cellLayout });
    const fresh = await say(true);
    const warm = await say(false);

    expect(fresh.reused).toEqual([0, 0, 0]);
    expect(warm.reused[2]).toBeGreaterThan(40);
    expect(warm.text).toEqual(fresh.text);
  });

  it.each(['shared', 'own'] as const)('is taken from a slot in use, with %s cells', async (cellLayout) => {
    engine = await startEngine(builtInModel.path, { cellLayout });
    const text = `${'A long question about nothing at all. '.repeat(20)}What is 3 + 4?`;
    // Further on, where nothing is likely, what shares a batch decides between tokens.
    const request = ask(text, { temperature: 0, ignore_eos: true, max_tokens: 16 });
    const alone = await answer(engine, request, undefined, { cacheSalt: 'alone' });
    const both = await Promise.all([0, 1].map(() => answer(engine, request)));
    const reused = both.map(({ usage }) => usage?.prompt_tokens_details?.cached_tokens ?? 0);

    expect(Math.min(...reused)).toBe(0);
    expect(Math.max(...reused)).toBeGreaterThan(150);
    expect(both.map(({ texts }) => texts)).toEqual([alone.texts, alone.texts]);
  });

  it('is computed once for all choices of a request, also for more than there are slots', async () => {
    engine = await startEngine(file.path, { slots: 2, cellLayout: 'shared' });
    const { texts, usage } = await answer(engine, ask('count', { n: 5 }));

    expect(texts).toEqual(Array.from({ length: 5 }, () => 'one two three four five six '));
    expect(usage?.prompt_tokens_details?.cached_tokens).toBe(0);
  });

  it('is not shared between callers with different salts', async () => {
    engine = await startEngine(file.path);
    const text = 'hello, this is a secret of some length';

    await answer(engine, ask(text), undefined, { cacheSalt: 'a' });
    expect(await cached(engine, ask(text), undefined, { cacheSalt: 'b' })).toBe(0);
    expect(await cached(engine, ask(text), undefined, { cacheSalt: 'a' })).toBeGreaterThan(20);
  });
});

describe('when cells run out', () => {
  it('the youngest starts again later, and nobody’s answer changes', async () => {
    engine = await startEngine(file.path, { slots: 4, context: 512, cells: 700 });
    const all = await Promise.all(Array.from({ length: 4 }, () => answer(engine, ask('forever', { max_tokens: 400 }))));

    for (const { texts, finishReasons, usage } of all) {
      expect(texts[0]).toBe('tick tock '.repeat(200));
      expect(finishReasons).toEqual(['length']);
      expect(usage?.completion_tokens).toBe(400);
    }
  });

  it('choices of one request that stepped back go on where they were', async () => {
    engine = await startEngine(file.path, { slots: 4, context: 512, cells: 700 });
    const { texts, usage } = await answer(engine, ask('forever', { max_tokens: 400, n: 6 }));

    expect(texts).toEqual(Array.from({ length: 6 }, () => 'tick tock '.repeat(200)));
    expect(usage?.completion_tokens).toBe(6 * 400);
  });

  it('one who asks for the whole context holds nobody up', inTime, async () => {
    engine = await startEngine(file.path, { slots: 2, context: 4096, cells: 4096 });
    let isOver = false;
    const long = answer(engine, ask('forever', { max_tokens: 4000 })).finally(() => (isOver = true));
    await sleep(50);

    expect((await answer(engine, ask('hello'))).texts).toEqual(['Hello, I am a script.']);
    expect(isOver).toBe(false);
    expect((await long).usage?.completion_tokens).toBe(4000);
  });
});

describe('turns', () => {
  it('go to lower priorities first', async () => {
    engine = await startEngine(file.path, { slots: 1, context: 32_768 });
    const leaving = new AbortController();
    await engine.chat(ask('forever', { max_tokens: 30_000 }), leaving.signal);
    const queue = (fields: object) =>
      engine.chat(ask('hello, whose turn is it?', fields), new AbortController().signal);
    // Accepted is queued, behind the one who has the only slot.
    const streams = [await queue({ priority: 5 }), await queue({})];
    leaving.abort();
    const reused = await Promise.all(
      streams.map(async (stream) => {
        let last: ChatCompletionChunk | undefined;
        for await (const chunk of stream) last = chunk;
        return last?.usage?.prompt_tokens_details?.cached_tokens ?? 0;
      }),
    );

    // Who comes second finds what the first has read.
    expect(reused[0]).toBeGreaterThan((reused[1] ?? 0) + 10);
  });

  it('leave room for others beside a request for many choices', async () => {
    engine = await startEngine(file.path, { slots: 2 });
    const leaving = new AbortController();
    const many = answer(engine, ask('forever', { n: 8, max_tokens: 2000 }), leaving.signal).catch(() => 'left');
    await sleep(30);

    // Let in when the first choices end, and others are still to come.
    await answer(engine, ask('hello'));
    leaving.abort();
    expect(await many).toBe('left');
  });
});

describe('a deterministic request', () => {
  const request = ask('Tell me about Paris.', {
    deterministic: true,
    temperature: 1.5,
    top_p: 1,
    seed: 7,
    max_tokens: 60,
    ignore_eos: true,
    logprobs: true,
    top_logprobs: 3,
  });
  const probabilities = ({ chunks }: Awaited<ReturnType<typeof answer>>) =>
    chunks.flatMap(({ choices }) => choices.flatMap(({ logprobs }) => logprobs?.content ?? []));

  it('has the same text alone and under load', async () => {
    engine = await startEngine(builtInModel.path);
    const alone = await answer(engine, request);
    const load = Array.from({ length: 12 }, (_, at) =>
      answer(engine, ask(`What is ${at} + 5?`, { temperature: 1.9, max_tokens: 60, ignore_eos: true })),
    );
    await sleep(20);
    const loaded = await Promise.all(Array.from({ length: 3 }, () => answer(engine, request)));
    await Promise.all(load);

    expect(probabilities(alone)).toHaveLength(60);
    for (const one of loaded) {
      expect(one.texts).toEqual(alone.texts);
      // To the last bit, not only in what was chosen.
      expect(probabilities(one)).toEqual(probabilities(alone));
    }
    expect(alone.usage?.prompt_tokens_details?.cached_tokens).toBe(0);
  });

  it('has it with any number of threads', async () => {
    const models = createTinyModels();
    const { path } = models.write('qwen3');
    const long = { ...request, messages: ask('and the '.repeat(160)).messages, max_tokens: 4 };
    const said = [];
    // A model has more threads when another one leaves, and fewer when one comes.
    for (const threads of [1, 2]) {
      engine = await startEngine(path, { threads, context: 1024 });
      said.push(await answer(engine, long));
      await engine.close();
    }
    models.remove();

    expect(said[0]?.usage?.prompt_tokens).toBeGreaterThan(256);
    expect(said.map(probabilities)[1]).toEqual(said.map(probabilities)[0]);
  });
});

describe('an engine host that hangs', () => {
  it('is ended, its streams fail, and it serves again', async () => {
    engine = await startSupervisedEngine(file.path, { stallTimeoutMs: 5000, context: 32_768 });
    const pid = hostPid(file.path);
    const stream = await engine.chat(ask('forever', { max_tokens: 30_000 }), new AbortController().signal);
    const reading = (async () => {
      let received = 0;
      for await (const _ of stream) if (received++ === 5) process.kill(pid, 'SIGSTOP');
    })();

    await expect(reading).rejects.toMatchObject({ code: 'engine_disconnected' });
    expect((await answer(engine, ask('hello'))).texts).toEqual(['Hello, I am a script.']);
    expect(hostPid(file.path)).not.toBe(pid);
  });
});
