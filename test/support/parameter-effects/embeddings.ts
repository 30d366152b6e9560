import { expect } from 'vitest';
import type { z } from 'zod';
import type { embeddingList } from '../../../src/api/embeddings.ts';
import type { RouteWalk } from './route-walk.ts';

/** Of a model whose vectors have 64 values, or 16. */
export const embeddingWalk: RouteWalk<z.infer<typeof embeddingList>> = {
  base: { model: 'test/embedder', input: 'hello the user and the model and the assistant' },
  textOf: () => '',
  effects: {
    input: ({ answer }) => expect(answer.data.map(({ index }) => index)).toEqual([0, 1]),
    encoding_format: ({ answer }) => expect(answer.data[0]?.embedding).toBeTypeOf('string'),
    dimensions: ({ answer }) => expect(answer.data[0]?.embedding).toHaveLength(16),
    truncate_prompt_tokens: ({ answer }) => expect(answer.usage.prompt_tokens).toBe(4),
  },
};
