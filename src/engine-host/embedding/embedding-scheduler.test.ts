import { expect, it } from 'vitest';
import type { EmbeddingContext } from './embedding-context.ts';
import { EmbeddingScheduler } from './embedding-scheduler.ts';
import type { EmbeddingTask } from './embedding-task.ts';

const spoiled = 9;

/** A context of which a text with a certain token spoils the vectors of its whole batch. */
function schedulerOf() {
  const batches: number[][][] = [];
  const context: EmbeddingContext = {
    size: 1,
    async embed(texts) {
      batches.push(texts.map((text) => [...text]));
      const isSpoiled = texts.some((text) => text.includes(spoiled));
      return texts.map(() => (isSpoiled ? undefined : Float32Array.of(1)));
    },
    abort: () => undefined,
  };
  const fatal: unknown[] = [];
  const options = { maxWaiting: 8, sequences: 8, onFatal: (error: unknown) => void fatal.push(error) };
  const scheduler = new EmbeddingScheduler(context, options);
  const submit = (...texts: readonly (readonly number[])[]) =>
    scheduler.submit(texts.map((text) => Int32Array.from(text)));
  return { submit, batches, fatal };
}

async function vectorsOf(task: EmbeddingTask): Promise<number> {
  let count = 0;
  for await (const done of task) count += done.length;
  return count;
}

it('reads the texts of a spoiled batch each by itself, and blames who is to blame', async () => {
  const { submit, batches, fatal } = schedulerOf();
  // Those who come while the first is read share a batch.
  const all = [submit([1]), submit([2], [3]), submit([spoiled], [4])].map(vectorsOf);
  const outcomes = await Promise.allSettled(all);

  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  expect(outcomes[2]).toMatchObject({ reason: { code: 'engine_error', message: expect.stringMatching('no numbers') } });
  expect(outcomes.slice(0, 2)).toMatchObject([{ value: 1 }, { value: 2 }]);
  expect(batches).toEqual([[[1]], [[2], [spoiled], [3], [4]], [[2]], [[spoiled]], [[3]]]);
  expect(fatal).toEqual([]);
});
