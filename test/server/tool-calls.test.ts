import { afterEach, describe, expect, it } from 'vitest';
import { chunksOf, codeOf, completionOf } from '../support/checked-answer.ts';
import { rawChat, rawExchange } from '../support/raw-exchange.ts';
import { answer, call, finish, role, scriptedEngine, thought, usageOf } from '../support/scripted-engine.ts';
import { startTestServer, userMessage, type TestServer } from '../support/test-server.ts';

let server: TestServer;
afterEach(() => server.stop());

const plain = { model: 'test/model', messages: [userMessage] };
const streamed = { ...plain, stream: true };

describe('an answer with reasoning and calls', () => {
  const tools = [
    { type: 'function', function: { name: 'weather' } },
    { type: 'function', function: { name: 'clock' } },
  ];
  const script = [
    role(),
    thought('Two '),
    thought('calls.'),
    ...call(0, 'call_a', 'weather', { at: 'Rome' }),
    ...call(1, 'call_b', 'clock', {}),
    finish('tool_calls'),
    usageOf(7, 9),
  ];

  it('is the same plain and streamed', async () => {
    server = await startTestServer(scriptedEngine(script));

    const [choice] = (await completionOf(await server.chat({ ...plain, tools }))).choices;
    const chunks = await chunksOf(await server.chat({ ...streamed, tools }));
    const deltas = chunks.map((chunk) => chunk.choices[0]?.delta ?? {});
    const pieces = deltas.flatMap((delta) => delta.tool_calls ?? []);
    const argumentsOf = (index: number) =>
      pieces
        .filter((one) => one.index === index)
        .map((one) => one.function.arguments)
        .join('');

    expect(choice).toEqual({
      index: 0,
      message: {
        role: 'assistant',
        content: null,
        refusal: null,
        reasoning_content: 'Two calls.',
        reasoning: 'Two calls.',
        tool_calls: [
          { id: 'call_a', type: 'function', function: { name: 'weather', arguments: '{"at":"Rome"}' } },
          { id: 'call_b', type: 'function', function: { name: 'clock', arguments: '{}' } },
        ],
      },
      logprobs: null,
      finish_reason: 'tool_calls',
      stop_reason: null,
    });
    expect(deltas.map((delta) => delta.reasoning_content ?? '').join('')).toBe('Two calls.');
    expect(pieces.filter((one) => one.id).map((one) => [one.index, one.id, one.function.name])).toEqual([
      [0, 'call_a', 'weather'],
      [1, 'call_b', 'clock'],
    ]);
    expect([argumentsOf(0), argumentsOf(1)]).toEqual(['{"at":"Rome"}', '{}']);
    expect(chunks.at(-1)?.choices[0]).toMatchObject({ delta: {}, finish_reason: 'tool_calls' });
  });

  it('is accepted back as history, with the results of its calls', async () => {
    const engine = scriptedEngine((attempt) => (attempt === 1 ? script : answer('Sunny at noon.')));
    server = await startTestServer(engine);
    const [choice] = (await completionOf(await server.chat({ ...plain, tools }))).choices;

    const messages = [
      userMessage,
      { ...choice?.message, annotations: [], audio: null },
      { role: 'tool', tool_call_id: 'call_a', content: [{ type: 'text', text: 'Sunny.' }] },
      { role: 'tool', tool_call_id: 'call_b', content: 'Noon.' },
    ];
    const response = await server.chat({ ...plain, messages, tools });

    expect((await completionOf(response)).choices[0]?.message.content).toBe('Sunny at noon.');
    expect(engine.requests.at(-1)?.messages[1]).toMatchObject({
      reasoning_content: 'Two calls.',
      tool_calls: [{}, {}],
    });
  });

  it.each([
    ['reasoning', thought('Hm')],
    ['a call', call(0, 'call_a', 'weather', {})],
  ])('begins with its first piece of %s, for the headers and for what is measured', async (_, first) => {
    server = await startTestServer(scriptedEngine([role(), ...[first].flat(), 'stall']));

    const text = await rawExchange(server.port, rawChat(server.key, { ...streamed, tools }), 'data: ');
    await expect.poll(() => server.logLines().at(-1)).toMatchObject({ errorCode: 'client_closed_request' });

    expect(text).toContain('HTTP/1.1 200');
    expect(server.logLines().at(-1)?.['ttftMs']).toBeGreaterThanOrEqual(0);
    expect(server.logLines().at(-1)).toMatchObject({ estimated: true });
  });

  it('is an error when an engine breaks the order of calls', async () => {
    server = await startTestServer(scriptedEngine([...call(1, 'call_a', 'weather', {}), finish(), usageOf(1, 1)]));

    const response = await server.chat({ ...plain, tools });

    expect(response.status).toBe(500);
    expect(await codeOf(response)).toBe('engine_error');
  });
});

describe('what an engine does in another way than asked', () => {
  it.each([
    ['plain', plain],
    ['streamed', streamed],
  ])('is named in a header of the %s answer', async (_, body) => {
    server = await startTestServer(scriptedEngine(answer('x'), { emulated: ['tool_choice', 'strict'] }));

    const response = await server.chat(body);

    expect(response.headers.get('x-manifold-emulated')).toBe('tool_choice, strict');
    await response.text();
  });

  it('is not spoken of where there is nothing', async () => {
    server = await startTestServer(scriptedEngine(answer('x')));

    expect((await server.chat(plain)).headers.has('x-manifold-emulated')).toBe(false);
  });
});
