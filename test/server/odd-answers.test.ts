import { describe, expect, it } from 'vitest';
import { askThrough as ask, ended, event, said, usage } from '../support/ask-through.ts';
import type { Reply } from '../support/scripted-upstream.ts';

describe('an answer of another shape', () => {
  const contentOf = (received: string) =>
    JSON.parse(received) as { choices: [{ message: Record<string, unknown>; finish_reason: string }]; usage: object };

  it.each<[string, Reply, object]>([
    ['has no [DONE]', { events: [said, ended], end: 'nothing' }, { content: 'one' }],
    [
      'is cut when only its [DONE] is missing',
      { events: [said, ended, { choices: [], usage }], end: 'cut' },
      { content: 'one' },
    ],
    [
      'is held open when only its [DONE] is missing',
      { events: [said, ended, { choices: [], usage }], end: 'silence' },
      { content: 'one' },
    ],
    [
      'has neither index nor role',
      { events: [{ choices: [{ delta: { content: 'one' } }] }, { choices: [{ finish_reason: 'stop' }] }] },
      { content: 'one' },
    ],
    [
      'names its type and its encoding in capitals',
      { events: [said, ended], headers: { 'content-type': 'Text/Event-Stream', 'content-encoding': 'Identity' } },
      { content: 'one' },
    ],
    ['ends twice', { events: [said, ended, ended, event({ content: '' })] }, { content: 'one' }],
    ['ends as Anthropic does', { events: [said, event({}, 'end_turn')] }, { content: 'one' }],
    [
      'is plain, where a stream was asked for',
      { text: JSON.stringify({ choices: [{ message: { content: 'one' }, finish_reason: 'stop' }] }) },
      { content: 'one' },
    ],
    [
      'thinks in parts of its content',
      {
        events: [
          event({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] }] }),
          event({ content: [{ type: 'text', text: 'one' }] }),
          ended,
        ],
      },
      { content: 'one', reasoning_content: 'hm' },
    ],
    [
      'refuses in a field of its own',
      {
        events: [
          event({ role: 'assistant', content: null, refusal: null }),
          event({ refusal: 'Not ' }),
          event({ refusal: 'this.' }),
          ended,
        ],
      },
      { content: 'Not this.' },
    ],
    [
      'is plain, and refuses',
      {
        text: JSON.stringify({
          choices: [{ message: { content: null, refusal: 'Not this.' }, finish_reason: 'stop' }],
        }),
      },
      { content: 'Not this.' },
    ],
    ['has events of nothing', { events: ['data:\n\n', said, 'data: \n\n', ended] }, { content: 'one' }],
    [
      'has comments and other events',
      { events: [': {input_tokens: 3}\n\n', 'event: ping\ndata: {"choices":[]}\n\n', said, ended] },
      { content: 'one' },
    ],
  ])('%s', async (_name, reply, message) => {
    const { text: received } = await ask(reply);

    expect(contentOf(received).choices[0]).toMatchObject({ message, finish_reason: 'stop' });
  });

  it.each<[string, Reply, number, number, boolean]>([
    ['beside the last choice', { events: [said, event({}, 'stop', { usage })] }, 3, 2, false],
    [
      'in every event',
      {
        events: [
          event({ content: 'one' }, null, { usage: { ...usage, completion_tokens: 1 } }),
          event({}, 'stop', { usage }),
        ],
      },
      3,
      2,
      false,
    ],
    [
      'of zeros',
      { events: [said, ended, { choices: [], usage: { prompt_tokens: 0, completion_tokens: 0 } }] },
      0,
      0,
      false,
    ],
    [
      'of the prompt and of all',
      { events: [said, ended, { choices: [], usage: { prompt_tokens: 3, total_tokens: 7 } }] },
      3,
      4,
      false,
    ],
    [
      'in the choice',
      { events: [said, { choices: [{ index: 0, delta: {}, finish_reason: 'stop', usage }] }] },
      3,
      2,
      false,
    ],
    [
      'with thoughts counted beside',
      {
        events: [
          said,
          ended,
          {
            choices: [],
            usage: {
              prompt_tokens: 3,
              completion_tokens: 2,
              total_tokens: 15,
              completion_tokens_details: { reasoning_tokens: 10 },
            },
          },
        ],
      },
      3,
      12,
      false,
    ],
    ['that is missing', { events: [said, ended] }, 2, 1, true],
    [
      'that was told before the answer and never again',
      {
        events: [
          event({ role: 'assistant', content: '' }, null, {
            usage: { ...usage, completion_tokens: 0, total_tokens: 3 },
          }),
          said,
          event({ content: ' and two' }),
          ended,
        ],
      },
      3,
      3,
      true,
    ],
    ['of the prompt alone', { events: [said, ended, { choices: [], usage: { prompt_tokens: 3 } }] }, 2, 1, true],
    [
      'that cannot be',
      { events: [said, ended, { choices: [], usage: { prompt_tokens: -1, completion_tokens: 1e18 } }] },
      2,
      1,
      true,
    ],
  ])('usage %s', async (_name, reply, prompt, completion, isEstimated) => {
    const { text: received, server } = await ask(reply);

    expect(contentOf(received).usage).toMatchObject({ prompt_tokens: prompt, completion_tokens: completion });
    await expect
      .poll(() => server.logLines().find(({ msg }) => msg === 'request')?.['estimated'])
      .toBe(isEstimated || undefined);
  });

  it('of a prompt that nobody counted is estimated with its tools', async () => {
    const functions = [{ type: 'function', function: { name: 'f', description: 'x'.repeat(4000) } }];
    const { text: received } = await ask({ events: [said, ended] }, { tools: functions });
    const { prompt_tokens: read } = contentOf(received).usage as { prompt_tokens: number };

    expect(read).toBeGreaterThan(1000);
    expect(read).toBeLessThan(1100);
  });

  const candidates = ['a', 'b', 'c'].map((token) => ({ token, logprob: -1, bytes: [token.charCodeAt(0)] }));
  const tokens = { content: [{ ...candidates[0], top_logprobs: candidates }] };
  it.each([
    ['no more than were asked for', { top_logprobs: 2 }, 2],
    ['none where none were', {}, 0],
    ['those that were named', { logprob_token_ids: [97, 98, 99] }, 3],
  ])('candidates for a token are %s', async (_name, fields, count) => {
    const choices = [{ index: 0, delta: { content: 'a' }, logprobs: tokens, finish_reason: 'stop' }];
    const { text: received } = await ask({ events: [{ choices }] }, { logprobs: true, ...fields }, 'vllm');
    const [choice] = (JSON.parse(received) as { choices: [{ logprobs: typeof tokens }] }).choices;

    expect(choice.logprobs.content[0]?.top_logprobs).toHaveLength(count);
  });

  const call = (...pieces: object[]) => event({ tool_calls: pieces });
  const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }];
  it.each<[string, Reply, string[]]>([
    [
      'whole, without index and type',
      {
        events: [
          event(
            { content: null, tool_calls: [{ id: 'a', function: { name: 'f', arguments: '{"x":1}' } }] },
            'tool_calls',
          ),
        ],
      },
      ['{"x":1}'],
    ],
    [
      'without an id',
      { events: [call({ index: 0, function: { name: 'f', arguments: '{}' } }), event({}, 'tool_calls')] },
      ['{}'],
    ],
    [
      'with an object for arguments',
      { events: [call({ function: { name: 'f', arguments: { x: 1 } } }), event({}, 'stop')] },
      ['{"x":1}'],
    ],
    [
      'with id and name in every piece',
      {
        events: [
          call({ index: 0, id: 'a', function: { name: 'f', arguments: '{"x"' } }),
          call({ index: 0, id: 'a', function: { name: 'f', arguments: ':1}' } }),
          event({}, 'tool_calls'),
        ],
      },
      ['{"x":1}'],
    ],
    [
      'with another id in every piece',
      {
        events: [
          call({ index: 0, id: 'a', function: { name: 'f', arguments: '{"x"' } }),
          call({ index: 0, id: 'b', function: { arguments: ':1}' } }),
          call({ index: 1, id: 'c', function: { name: 'f', arguments: '' } }),
          call({ index: 1, id: 'd', function: { arguments: '{"x":2}' } }),
          event({}, 'tool_calls'),
        ],
      },
      ['{"x":1}', '{"x":2}'],
    ],
    [
      'with an empty name in later pieces',
      {
        events: [
          call({ index: 0, id: 'a', function: { name: 'f', arguments: '' } }),
          call({ index: 0, id: '', function: { name: '', arguments: '{}' } }),
          event({}, 'tool_calls'),
        ],
      },
      ['{}'],
    ],
    [
      'counted from 1',
      {
        events: [
          call({ index: 1, id: 'a', function: { name: 'f', arguments: '' } }),
          call({ index: 1, function: { arguments: '{}' } }),
          event({}, 'tool_calls'),
        ],
      },
      ['{}'],
    ],
    [
      'two at the same index',
      {
        events: [
          call({ index: 0, id: 'a', function: { name: 'f', arguments: '{"x":1}' } }),
          call({ index: 0, id: 'b', function: { name: 'f', arguments: '{"x":2}' } }),
          event({}, 'tool_calls'),
        ],
      },
      ['{"x":1}', '{"x":2}'],
    ],
    [
      'two with one id',
      {
        events: [
          call({ index: 0, id: 'a', function: { name: 'f', arguments: '{}' } }),
          call({ index: 1, id: 'a', function: { name: 'f', arguments: '{}' } }),
          event({}, 'tool_calls'),
        ],
      },
      ['{}', '{}'],
    ],
    [
      'without arguments',
      { events: [call({ index: 0, id: 'a', function: { name: 'f' } }), event({}, 'tool_calls')] },
      ['{}'],
    ],
  ])('calls %s', async (_name, reply, expected) => {
    const { text: received } = await ask(reply, { tools });
    const { message, finish_reason: reason } = contentOf(received).choices[0];
    const calls = message['tool_calls'] as {
      id: string;
      type: string;
      function: { name: string; arguments: string };
    }[];

    expect(reason).toBe('tool_calls');
    expect(calls.map((each) => each.function.arguments)).toEqual(expected);
    expect(calls.every(({ type, id, function: { name } }) => type === 'function' && id !== '' && name === 'f')).toBe(
      true,
    );
    expect(new Set(calls.map(({ id }) => id)).size).toBe(calls.length);
  });

  it.each<[unknown, object, unknown]>([
    ['END', { stop: ['END'] }, 'END'],
    [7, { stop_token_ids: [7] }, 7],
    [151_645, { stop: ['END'], stop_token_ids: [7] }, null],
    ['<|im_end|>', { stop: ['END'] }, null],
    [null, { stop: ['END'] }, null],
  ])('what ended it, %j as SGLang has it where %j, has stop_reason %j', async (matched, fields, expected) => {
    const end = { choices: [{ index: 0, delta: {}, finish_reason: 'stop', matched_stop: matched }] };
    const { text: received } = await ask({ events: [said, end] }, fields, 'sglang');

    expect(contentOf(received).choices[0]).toMatchObject({ finish_reason: 'stop', stop_reason: expected });
  });

  it.each<[unknown, object, unknown]>([
    ['END', { stop: ['END'] }, 'END'],
    [7, { stop_token_ids: [7] }, 7],
    [128_008, { stop: ['END'], stop_token_ids: [7] }, null],
    ['end_turn', {}, null],
  ])('what ended it, %j as vLLM has it where %j, has stop_reason %j', async (told, fields, expected) => {
    const end = { choices: [{ index: 0, delta: {}, finish_reason: 'stop', stop_reason: told }] };
    const { text: received } = await ask({ events: [said, end] }, fields, 'vllm');

    expect(contentOf(received).choices[0]).toMatchObject({ finish_reason: 'stop', stop_reason: expected });
  });

  it.each([
    ['vllm', { stop_reason: 128_008 }],
    ['sglang', { matched_stop: 151_645 }],
  ] as const)(
    'that its model ended by a token of its own is not taken for one that was cut (%s)',
    async (kind, told) => {
      const end = { choices: [{ index: 0, delta: {}, finish_reason: 'stop', ...told }] };
      const fields = { response_format: { type: 'json_object' }, stop: ['END'] };
      const { answer } = await ask({ events: [said, end] }, fields, kind);

      expect(answer.status).toBe(500);
    },
  );

  it('a call that was cut ends in length, whatever the server says', async () => {
    const { text: received } = await ask(
      { events: [call({ index: 0, id: 'a', function: { name: 'f', arguments: '{"x":' } }), event({}, 'tool_calls')] },
      { tools },
    );

    expect(contentOf(received).choices[0].finish_reason).toBe('length');
  });
});
