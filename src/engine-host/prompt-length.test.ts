import { describe, expect, it } from 'vitest';
import { engineRequest } from '../api/internal/engine-request.ts';
import { mostCharactersPerToken, promptWithinReach } from './prompt-length.ts';

const contextLength = 2;
const most = contextLength * mostCharactersPerToken;
const segments = [
  { text: 'a'.repeat(most - 10), isData: false },
  { text: 'b'.repeat(20), isData: true },
  { text: 'c'.repeat(most - 10), isData: false },
];
const asked = (fields: object) => engineRequest.parse({ model: 'm', messages: [], prompt: '', ...fields });
const within = (fields: object, given: typeof segments = segments) =>
  promptWithinReach(given, contextLength, asked(fields)).map(({ text }) => text);

describe('a prompt that is longer than any tokens of the context could be', () => {
  it('is refused before anyone tokenizes it', () => {
    const refusal = { code: 'context_length_exceeded', param: 'prompt' };

    expect(() => within({})).toThrow(expect.objectContaining(refusal));
    expect(() => within({})).toThrow(`maximum context length is 2 tokens and \`prompt\` has ${2 * most} characters`);
    expect(within({}, segments.slice(0, 1))).toEqual(['a'.repeat(most - 10)]);
  });

  it('loses what would be cut off in any case, where it is to be cut', () => {
    expect(within({ truncate_prompt_tokens: 1 })).toEqual(['b'.repeat(10), 'c'.repeat(most - 10)]);
    expect(within({ truncate_prompt_tokens: 1, truncation_side: 'right' })).toEqual([
      'a'.repeat(most - 10),
      'b'.repeat(10),
    ]);
  });
});
