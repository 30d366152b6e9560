import { z } from 'zod';

/** Where a list has something that is no token id; -1: nowhere. */
export function findNoTokenId(list: readonly unknown[]): number {
  return list.findIndex((id) => typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0);
}

export const aboutTokenIds = 'A token id is a whole number, 0 or more.';

/** For the API document. */
export const tokenIdsSchema = { type: 'array', items: { type: 'integer', minimum: 0 } };

/** Token ids, gone through once: lists are long. Whether they exist is for the engine to say. */
export const tokenIds = z
  .unknown()
  .meta(tokenIdsSchema)
  .transform((given, context): readonly number[] => {
    const refuse = (path: number[], message: string) => {
      context.issues.push({ code: 'invalid_type', expected: 'array', input: given, path, message });
      return z.NEVER;
    };
    if (!Array.isArray(given)) return refuse([], 'This is a list of token ids.');
    const wrong = findNoTokenId(given);
    return wrong < 0 ? (given as number[]) : refuse([wrong], aboutTokenIds);
  });
