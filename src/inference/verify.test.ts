import { describe, expect, it } from 'vitest';
import type { ChatCompletionChunk } from '../api/chat-completion-chunk.ts';
import type { OutputConstraint } from '../api/internal/engine-request.ts';
import type { ChatMessage } from '../api/message.ts';
import { call, finish, piece, role, thought, usageOf } from '../../test/support/scripted-engine.ts';
import { verify, type FindProblem } from './verify.ts';

const output: OutputConstraint = { kind: 'choice', choices: ['yes'], param: 'guided_choice' };
const never = new AbortController().signal;

function stopped(reason: string | number | null): ChatCompletionChunk {
  const chunk = finish();
  return { ...chunk, choices: chunk.choices.map((choice) => ({ ...choice, stop_reason: reason })) };
}

interface Options {
  readonly asked?: OutputConstraint | undefined;
  readonly stop?: string[];
  readonly messages?: ChatMessage[];
  readonly echo?: boolean;
}

/** What leaves, and what was looked at. */
async function run(
  chunks: readonly ChatCompletionChunk[],
  { asked = output, stop = [], ...more }: Options = {},
  find: (text: string) => Promise<string | undefined> = async () => undefined,
) {
  const looked: string[] = [];
  const passed: ChatCompletionChunk[] = [];
  const findProblem: FindProblem = (text) => {
    looked.push(text);
    return find(text);
  };
  let failure: unknown;
  try {
    const source = (async function* () {
      yield* chunks;
    })();
    for await (const chunk of verify(
      source,
      { output: asked, stop, messages: [], echo: false, ...more },
      findProblem,
      never,
    ))
      passed.push(chunk);
  } catch (thrown) {
    failure = thrown;
  }
  return { looked, passed, failure };
}

describe('a stream whose content was asked for', () => {
  const whole = [role(), thought('hm'), piece('y'), piece('es'), stopped(null), usageOf(1, 2)];

  it('passes as it is where the whole text is right', async () => {
    expect(await run(whole)).toEqual({ looked: ['yes'], passed: whole, failure: undefined });
  });

  it('fails in place of its end where it is not', async () => {
    const { passed, failure } = await run(whole, {}, async () => 'is none of the choices');

    expect(passed).toEqual(whole.slice(0, 4));
    expect(failure).toMatchObject({ code: 'engine_error', param: 'guided_choice' });
    expect(String(failure)).toContain('`guided_choice` asks for: it is none of the choices');
  });

  it('fails where that cannot be told', async () => {
    const cause = new Error('slow');
    const { passed, failure } = await run(whole, {}, () => Promise.reject(cause));

    expect(passed).toEqual(whole.slice(0, 4));
    expect(failure).toMatchObject({ code: 'engine_error', param: 'guided_choice', cause });
  });

  it('is looked at where an engine sends empty lists of calls', async () => {
    const listed = { ...finish(), choices: [{ ...finish().choices[0]!, delta: { content: 'x', tool_calls: [] } }] };

    expect((await run([listed])).looked).toEqual(['x']);
  });

  it('has the texts of its choices looked at apart, and what the last chunk adds', async () => {
    const last = { ...finish('stop', 1), choices: [{ ...finish('stop', 1).choices[0]!, delta: { content: '!' } }] };

    expect((await run([piece('a', 0), piece('b', 1), finish('stop', 0), last])).looked).toEqual(['a', 'b!']);
  });
});

describe('a message that the answer repeats', () => {
  const messages: ChatMessage[] = [{ role: 'assistant', content: 'So: ' }];

  it('is no part of what is looked at', async () => {
    const { looked } = await run([piece('So: '), piece('yes'), stopped(null)], { messages, echo: true });

    expect(looked).toEqual(['yes']);
  });

  it('is one where nobody asked for it', async () => {
    expect((await run([piece('So: yes'), stopped(null)], { messages })).looked).toEqual(['So: yes']);
  });
});

describe('not looked at is', () => {
  it.each<[string, ChatCompletionChunk[], Parameters<typeof run>[1]?]>([
    ['what nobody asked for', [piece('x'), stopped(null)], { asked: undefined }],
    ['a grammar', [piece('x'), stopped(null)], { asked: { kind: 'grammar', grammar: 'root ::= "y"', param: 'p' } }],
    ['a text that a limit cut', [piece('x'), finish('length')]],
    ['a text that a filter cut', [piece('x'), finish('content_filter')]],
    ['what is said beside calls', [piece('x'), ...call(0, 'call_1', 'f', {}), finish('tool_calls')]],
    ['what is said beside a broken call', [piece('x'), ...call(0, 'call_1', 'f', {}).slice(0, 2), finish()]],
    ['a text that a stop string cut', [piece('x'), stopped('\n')]],
    ['a text that a stop token cut', [piece('x'), stopped(7)]],
    ['a text that a stop string may have cut', [piece('x'), finish()], { stop: ['\n'] }],
  ])('%s', async (_, chunks, options) => {
    // What was passed explicitly as undefined stays so.
    const asked = options !== undefined && 'asked' in options ? options.asked : output;
    const source = (async function* () {
      yield* chunks;
    })();
    const passed = await Array.fromAsync(
      verify(
        source,
        { output: asked, stop: options?.stop ?? [], messages: [], echo: false },
        async () => 'is wrong',
        never,
      ),
    );

    expect(passed).toEqual(chunks);
  });
});
