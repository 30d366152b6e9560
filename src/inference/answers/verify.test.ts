import { describe, expect, it } from 'vitest';
import type { ChatCompletionChunk } from '../../api/chat-completion-chunk.ts';
import type { EngineRequest, OutputConstraint } from '../../api/internal/engine-request.ts';
import type { ChatMessage } from '../../api/message.ts';
import type { Tool } from '../../api/tool.ts';
import { call, callPieces, finish, piece, role, thought, usageOf } from '../../../test/support/scripted-engine.ts';
import { verify, type FindProblem } from './verify.ts';

const output: OutputConstraint = { kind: 'choice', choices: ['yes'], param: 'guided_choice' };
const nothing = { asked: undefined };
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
  readonly tools?: Tool[];
  readonly tool_choice?: EngineRequest['tool_choice'];
}

/** What leaves, and what was looked at. */
async function run(
  chunks: readonly ChatCompletionChunk[],
  options: Options = {},
  find: (text: string) => Promise<string | undefined> = async () => undefined,
) {
  const { asked, stop = [], ...more } = { asked: output, ...options };
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

describe('calls that are about to be complete', () => {
  const parameters = { type: 'object', required: ['a'] };
  const offered = (strict: boolean): Tool[] => [
    { type: 'function', function: { name: 'other' } },
    { type: 'function', function: { name: 'f', parameters, strict } },
  ];
  const strict = { ...nothing, tools: offered(true) };
  const loose = { ...nothing, tools: offered(false) };
  const begun = (text: string, index = 0) =>
    callPieces({ index, id: `call_${index}`, type: 'function', function: { name: 'f', arguments: text } });
  const wrong = async () => 'is wrong';

  it.each(['tool_calls', 'stop'] as const)('of a strict function are looked at, also with %s', async (reason) => {
    const chunks = [...call(0, 'call_1', 'f', { a: 1 }), finish(reason)];
    const good = await run(chunks, strict);
    const bad = await run(chunks, strict, wrong);

    expect(good).toEqual({ looked: ['{"a":1}'], passed: chunks, failure: undefined });
    expect(bad.passed).toEqual(chunks.slice(0, -1));
    expect(bad.failure).toMatchObject({ code: 'engine_error', param: 'tools[1].function.parameters' });
    expect(String(bad.failure)).toContain("The model's call is not what");
  });

  it('are all looked at, and no arguments are an empty object', async () => {
    expect((await run([begun(''), begun('{"a":2}', 1), finish('tool_calls')], strict)).looked).toEqual([
      '{}',
      '{"a":2}',
    ]);
  });

  it('of another function have to be objects', async () => {
    const { passed, failure } = await run([begun('[1]'), finish('tool_calls')], loose, wrong);

    expect(passed).toHaveLength(1);
    expect(failure).toMatchObject({ code: 'engine_error', param: 'tools[1]' });
    expect((await run([begun('{"b":1}'), finish('tool_calls')], loose, wrong)).failure).toBeUndefined();
  });

  it('are looked at elsewhere where they are long', async () => {
    const text = JSON.stringify({ a: 'x'.repeat(40_000) });

    expect((await run([begun(text), finish('tool_calls')], loose)).looked).toEqual([text]);
  });

  it('are looked at beside a content that was asked for, which is not', async () => {
    const { looked } = await run([piece('hm'), begun('{"a":1}'), finish('tool_calls')], { tools: offered(true) });

    expect(looked).toEqual(['{"a":1}']);
  });

  it.each(['length', 'stop'] as const)('are not complete where %s cut them', async (reason) => {
    const chunks = [begun('{"a"'), finish(reason)];

    expect(await run(chunks, strict, wrong)).toMatchObject({ passed: chunks, failure: undefined });
  });

  it('are not looked at where a limit cut them, whole or not', async () => {
    expect((await run([begun('{"a":1}'), finish('length')], strict)).looked).toEqual([]);
  });
});

describe('a call that is demanded', () => {
  const tools: Tool[] = ['look', 'move'].map((name) => ({ type: 'function', function: { name } }));
  const named = { type: 'function', function: { name: 'look' } } as const;
  const text = [role(), piece('No.'), stopped(null), usageOf(1, 2)];
  const looking = [role(), ...call(0, 'a', 'look', {}), finish('tool_calls'), usageOf(1, 2)];
  const moving = [role(), ...call(0, 'a', 'move', {}), finish('tool_calls'), usageOf(1, 2)];

  it.each([
    ['any, and none is made', 'required' as const, text, 'makes no call'],
    ['one by name, and none is made', named, text, 'does not call `look`'],
    ['one by name, and another is made', named, moving, 'does not call `look`'],
    [
      'one by name, and another is made that ends in `stop`',
      named,
      [...moving.slice(0, -2), finish()],
      'not call `look`',
    ],
    ['any, and an end of calls has none', 'required' as const, [role(), finish('tool_calls')], 'makes no call'],
  ])('fails in place of the end: %s', async (_, demanded, chunks, said) => {
    const { failure, passed } = await run(chunks, { asked: undefined, tools, tool_choice: demanded });

    expect(failure).toMatchObject({ code: 'engine_error', param: 'tool_choice' });
    expect((failure as Error).message).toContain(said);
    expect(passed.flatMap(({ choices }) => choices).every((choice) => choice.finish_reason === null)).toBe(true);
  });

  it.each([
    ['any, and one is made', 'required' as const, moving],
    ['one by name, and it is made', named, looking],
    ['one by name, and it ends in `stop`', named, [...looking.slice(0, -2), finish()]],
    ['any, and a limit cut the text before', 'required' as const, [role(), piece('No'), finish('length')]],
    ['nothing', 'auto' as const, text],
  ])('passes: %s', async (_, demanded, chunks) => {
    const { failure, passed } = await run(chunks, { asked: undefined, tools, tool_choice: demanded });

    expect(failure).toBeUndefined();
    expect(passed).toEqual(chunks);
  });

  it('passes a text that a stop string cut', async () => {
    const { failure } = await run([role(), piece('No'), stopped('.')], {
      asked: undefined,
      tools,
      tool_choice: 'required',
      stop: ['.'],
    });

    expect(failure).toBeUndefined();
  });
});
