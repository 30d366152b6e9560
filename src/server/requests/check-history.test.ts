import { describe, expect, it } from 'vitest';
import type { ChatMessage } from '../../api/message.ts';
import { checkHistory } from './check-history.ts';

const question: ChatMessage = { role: 'user', content: 'What is the weather?' };
const calls = (...ids: string[]): ChatMessage => ({
  role: 'assistant',
  content: null,
  tool_calls: ids.map((id) => ({ id, type: 'function', function: { name: 'weather', arguments: '{"at":"Rome"}' } })),
});
const result = (id: string): ChatMessage => ({ role: 'tool', content: 'Sunny.', tool_call_id: id });

describe('the messages of a request', () => {
  it.each<[string, ChatMessage[]]>([
    ['a call and its result', [question, calls('a'), result('a'), question]],
    ['results in another order', [question, calls('a', 'b'), result('b'), result('a')]],
    ['the result of a call before the last question', [question, calls('a'), question, result('a')]],
    ['a call that nobody answered', [question, calls('a'), question]],
  ])('may hold %s', (_, messages) => {
    expect(checkHistory(messages)).toEqual(messages);
  });

  it.each<[string, ChatMessage[], number]>([
    ['of no call', [question, result('a')], 1],
    ['of a call by another id', [question, calls('a'), result('a'), result('b')], 3],
    ['before its call', [question, result('a'), calls('a')], 1],
  ])('may not hold a result %s', (_, messages, index) => {
    const param = `messages[${index}].tool_call_id`;

    expect(() => checkHistory(messages)).toThrow(expect.objectContaining({ code: 'invalid_value', param }));
  });

  it('have no empty list of calls', () => {
    const [message] = checkHistory([{ role: 'assistant', content: 'Hi.', tool_calls: [] }]);

    expect(message).toEqual({ role: 'assistant', content: 'Hi.' });
  });

  it.each<[ChatMessage, ChatMessage['content']]>([
    [{ role: 'assistant', content: null, refusal: 'I cannot.' }, 'I cannot.'],
    [{ role: 'assistant', content: '', refusal: 'I cannot.' }, 'I cannot.'],
    [{ role: 'assistant', content: 'Yes.', refusal: null }, 'Yes.'],
    [{ role: 'assistant', content: 'Yes.', refusal: 'I cannot.' }, 'Yes.'],
  ])('of %j have what the assistant said as content', (message, content) => {
    expect(checkHistory([message])[0]?.content).toBe(content);
  });

  it.each([
    ['', '{}'],
    ['{"at":', '{"at":'],
  ])('give arguments that read %j as %j', (written, read) => {
    const call = { id: 'a', type: 'function' as const, function: { name: 'f', arguments: written } };

    expect(checkHistory([{ role: 'assistant', tool_calls: [call] }])).toMatchObject([
      { tool_calls: [{ function: { arguments: read } }] },
    ]);
  });
});
