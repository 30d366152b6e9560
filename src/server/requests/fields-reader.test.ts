import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { chatCompletionRequest } from '../../api/chat-completion-request.ts';
import { createFieldsReader } from './fields-reader.ts';
import { validate } from './validate.ts';

const messages = [{ role: 'user', content: 'hi' }];

describe('reading an object of few fields', () => {
  const read = createFieldsReader(chatCompletionRequest);

  it.each([
    { model: 'm', messages },
    { model: 'm', messages, temperature: null, stop: 'x', stream: true, stream_options: { include_usage: true } },
    { model: 'm', messages, unknown: 1, ['__proto__']: { n: 3 }, logit_bias: { 5: -1 } },
  ])('gives what the schema gives for %j', (body) => {
    expect(read(body)).toEqual(validate(chatCompletionRequest, body));
  });

  it.each([
    [{ messages }, 'model'],
    [{ model: 'm' }, 'messages'],
    [{ model: 'm', messages, temperature: 9 }, 'temperature'],
    [{ model: 'm', messages: [{ role: 'user', content: 'a' }, { role: 'nobody' }] }, 'messages[1].role'],
    // The schema's order, and not the client's, says which of two faults is told.
    [{ n: 0, temperature: 9, messages, model: 'm' }, 'temperature'],
  ])('refuses %j for `%s`, as the schema does', (body, param) => {
    expect(() => read(body)).toThrow(expect.objectContaining({ param }));
  });

  it('gives nobody a value that another can change', () => {
    const list = createFieldsReader(z.object({ stop: z.array(z.string()).default([]) }));

    expect(() => list({}).stop.push('x')).toThrow(TypeError);
    expect(list({}).stop).toEqual([]);
  });
});
