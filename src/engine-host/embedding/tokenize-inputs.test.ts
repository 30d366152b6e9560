import { expect, it } from 'vitest';
import { embeddingRequest } from '../../api/embeddings.ts';
import { Turns } from '../../lib/turns.ts';
import type { LoadedEmbedder } from './embedder.ts';
import { tokenizeInputs } from './tokenize-inputs.ts';

/** A tokenizer that holds the loop for longer than a slice. */
const slow = {
  contextLength: 8,
  prefixes: {},
  vocabulary: {
    tokenize() {
      const until = performance.now() + 8;
      while (performance.now() < until);
      return Int32Array.of(1);
    },
  },
} as unknown as LoadedEmbedder;

it('stops for a client that leaves when its last text is read', async () => {
  let isLeft = false;
  class Leaving extends Turns {
    override async take(): Promise<void> {
      await super.take();
      isLeft = turnsTaken++ > 0;
    }
  }
  let turnsTaken = 0;
  const request = embeddingRequest.parse({ model: 'm', input: 'x' });
  const reading = tokenizeInputs(slow, request, { turns: new Leaving(), isLeft: () => isLeft });

  await expect(reading).rejects.toMatchObject({ code: 'client_closed_request' });
});
