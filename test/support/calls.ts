import type { ChatCompletionChunk } from '../../src/api/chat-completion-chunk.ts';
import type { Tool } from '../../src/api/tool.ts';

/** Two functions whose arguments are short whatever a model writes. */
export const shortTools: Tool[] = [
  {
    type: 'function',
    function: {
      name: 'get_weather',
      description: 'The weather of a city.',
      parameters: {
        type: 'object',
        properties: {
          city: { type: 'string', enum: ['Oslo', 'Rome', 'Paris'] },
          days: { type: 'integer', minimum: 1, maximum: 7 },
          detailed: { type: 'boolean' },
        },
        required: ['city', 'days'],
        additionalProperties: false,
      },
    },
  },
  { type: 'function', function: { name: 'get_time' } },
];

export interface ReadCall {
  id: string;
  name: string;
  arguments: string;
}

/** The calls that the chunks of a choice add up to, checked against wire rule R19 on the way. */
export function callsIn(chunks: readonly ChatCompletionChunk[], choice = 0): ReadCall[] {
  const calls: ReadCall[] = [];
  for (const { delta } of chunks.flatMap((chunk) => chunk.choices.filter(({ index }) => index === choice))) {
    for (const { index, id, type, function: piece } of delta.tool_calls ?? []) {
      const known = calls[index];
      if (known === undefined) {
        if (index !== calls.length || !id || type !== 'function' || !piece.name) throw new Error('a call begins badly');
        calls.push({ id, name: piece.name, arguments: piece.arguments ?? '' });
      } else {
        if (index !== calls.length - 1 || id !== undefined || piece.name !== undefined)
          throw new Error('a call goes on badly');
        known.arguments += piece.arguments ?? '';
      }
    }
  }
  return calls;
}

/** What is wrong with a call of `shortTools`; undefined when nothing is. */
export function misfit({ name, arguments: text }: ReadCall): string | undefined {
  const args = JSON.parse(text) as Record<string, unknown>;
  if (name === 'get_time') return text === '{}' ? undefined : `get_time with ${text}`;
  const { city, days, detailed, ...others } = args;
  const fits =
    name === 'get_weather' &&
    ['Oslo', 'Rome', 'Paris'].includes(String(city)) &&
    Number.isInteger(days) &&
    Number(days) >= 1 &&
    Number(days) <= 7 &&
    (detailed === undefined || typeof detailed === 'boolean') &&
    Object.keys(others).length === 0;
  return fits ? undefined : `${name} with ${text}`;
}
