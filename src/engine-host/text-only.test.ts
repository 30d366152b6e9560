import { expect, it } from 'vitest';
import { chatMessage } from '../api/message.ts';
import { textOnly } from './text-only.ts';

const text = { type: 'text', text: 'x' };
const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } };
const user = (...content: object[]) => chatMessage.parse({ role: 'user', content });

it('an image in any message is refused by its place, and texts pass as they are', () => {
  const texts = [user(text), user(text, text), chatMessage.parse({ role: 'assistant', content: null })];

  expect(textOnly(texts)).toBe(texts);
  expect(() => textOnly([...texts, user(text, image)])).toThrow(
    expect.objectContaining({ code: 'unsupported_content', param: 'messages[3].content[1]' }),
  );
});
