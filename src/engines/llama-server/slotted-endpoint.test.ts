import { expect, it } from 'vitest';
import { ManifoldError } from '../../errors.ts';
import type { Endpoint } from '../openai-compatible/endpoint.ts';
import type { Answer } from '../openai-compatible/send-request.ts';
import { createSlots } from './slots.ts';
import { withSlots } from './slotted-endpoint.ts';

const never = new AbortController().signal;

/** An answer that has ended. */
const ended = { status: 200, headers: {}, body: { whenOver: (listener: () => void) => listener() } } as Answer;

it('a request that is refused earns its key nothing of what another key left in the slot', async () => {
  const asked: object[] = [];
  const endpoint = {
    async post(_path: string, body: object) {
      asked.push(body);
      if ('refuse' in body) throw new ManifoldError('context_length_exceeded', 'too long');
      return ended;
    },
  } as unknown as Endpoint;
  const slotted = withSlots(endpoint, createSlots(1, 8));
  const post = (body: object) => slotted.post('/v1/completions', { prompt: 'secret', ...body }, never);
  await post({ cache_salt: 'theirs' });
  await expect(post({ cache_salt: 'mine', refuse: true })).rejects.toThrow('too long');
  await post({ cache_salt: 'mine' });
  await post({ cache_salt: 'mine' });

  expect(asked).toMatchObject([false, false, false, true].map((reuse) => ({ cache_prompt: reuse })));
});
