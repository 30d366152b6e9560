import { z } from 'zod';
import { aboutTokenIds, findNoTokenId, tokenIdsSchema } from './token-ids.ts';

/** One prompt of a completion request, and the field a client would find it at: `prompt`, or `prompt[1]` in a list. */
export interface Prompt {
  readonly value: string | readonly number[];
  readonly at: string;
}

/** The most prompts of one request: each is a request of its own to the engine. */
export const mostPrompts = 128;

/** What is wrong with a list of prompts, and where. */
interface Fault {
  readonly path: number[];
  readonly message: string;
  readonly isType?: boolean;
}

/**
 * A text, token ids, or a list of either. Checked by hand: a union would go through a long list of ids once for each
 * of its branches.
 */
export const prompts = z
  .unknown()
  .meta({
    oneOf: [
      { type: 'string' },
      { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: mostPrompts },
      { ...tokenIdsSchema, description: 'Token ids.' },
      { type: 'array', items: tokenIdsSchema, minItems: 1, maxItems: mostPrompts },
    ],
  })
  .transform((given, context): readonly Prompt[] => {
    const read = readPrompts(given);
    if (Array.isArray(read)) return read;
    const { path, message, isType = false } = read;
    const issue = { input: given, path, message };
    context.issues.push(isType ? { ...issue, code: 'invalid_type', expected: 'string' } : { ...issue, code: 'custom' });
    return z.NEVER;
  });

function readPrompts(given: unknown): Prompt[] | Fault {
  if (typeof given === 'string') return [{ value: given, at: 'prompt' }];
  if (!Array.isArray(given)) return { path: [], message: 'A prompt is a text or token ids.', isType: true };
  if (given.length === 0) return { path: [], message: 'Give at least one prompt.' };
  if (typeof given[0] === 'number') {
    const wrong = findNoTokenId(given);
    return wrong < 0 ? [{ value: given, at: 'prompt' }] : { path: [wrong], message: aboutTokenIds, isType: true };
  }
  if (given.length > mostPrompts)
    return { path: [], message: `At most ${mostPrompts} prompts are taken; there are ${given.length}.` };
  const fault = given.map((each, at) => faultOf(each, at, typeof given[0])).find((each) => each !== undefined);
  return fault ?? given.map((value: string | number[], at) => ({ value, at: `prompt[${at}]` }));
}

function faultOf(prompt: unknown, at: number, firstType: string): Fault | undefined {
  if (firstType === 'string')
    return typeof prompt === 'string' ? undefined : { path: [at], message: 'This is no text.', isType: true };
  if (!Array.isArray(prompt)) return { path: [at], message: 'A prompt is a text or token ids.', isType: true };
  const wrong = findNoTokenId(prompt);
  return wrong < 0 ? undefined : { path: [at, wrong], message: aboutTokenIds, isType: true };
}
