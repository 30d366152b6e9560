import { describe, expect, it } from 'vitest';
import { jsonBytes } from './json-bytes.ts';

const image = (length: number) => ({
  type: 'image_url',
  image_url: { url: `data:image/png;base64,${'A/+='.repeat(length / 4)}`, detail: 'low' },
});
const text = (value: string) => ({ type: 'text', text: value });
const user = (...content: object[]) => ({ role: 'user', content });

describe('a body with images', () => {
  it.each([
    ['without messages', { model: 'm', input: ['x'] }],
    ['of texts', { model: 'm', messages: [{ role: 'user', content: 'x' }, user(text('"\\\u2028é😀'))] }],
    ['of small images', { messages: [user(image(4), text('x'))] }],
    [
      'of large ones between texts',
      { n: 1, messages: [user(text('é'), image(40_000), text('"'), image(80_000)), user(image(40_000))], stop: ['😀'] },
    ],
    [
      'with undefined and null',
      { a: undefined, messages: [user(image(40_000)), { role: 'assistant', content: null, name: undefined }] },
    ],
    [
      'with a long text that is no image',
      { messages: [user({ type: 'image_url', image_url: { url: `data:"${'"'.repeat(40_000)}` } })] },
    ],
  ])('is the same JSON: %s', (_, body) => {
    expect(String(jsonBytes(body))).toBe(JSON.stringify(body));
  });

  it('is bytes, its images copied, when they are large', () => {
    expect(jsonBytes({ messages: [user(image(40_000))] })).toBeInstanceOf(Buffer);
  });
});
