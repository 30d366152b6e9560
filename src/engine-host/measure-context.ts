import type { DecodeContext } from './decode-context.ts';
import { measureStepCost, type StepCost } from './step-cost.ts';

/** Time that measuring may add to a load. */
const budgetMs = 1000;

/** Times steps as they will be: up to the number of sequences each token is another one's, beyond it a prompt's. */
export function measureContext(context: DecodeContext): Promise<StepCost> {
  const { library, memory, batch, sequences } = context;
  let first = 0;
  const run = async (tokens: number) => {
    batch.clear();
    // Small batches will be of other sequences each time, so that the library cannot keep its graph.
    first = tokens < sequences ? (first + tokens) % (sequences - tokens + 1) : 0;
    for (let at = 0; at < tokens; at++) {
      if (tokens <= sequences) batch.add(0, 0, first + at, true);
      else batch.add(0, at, 0, at === tokens - 1);
    }
    await context.decode();
    // One by one: memories with a state refuse −1, which for others means every sequence.
    for (let at = 0; at < Math.min(tokens, sequences); at++) library.removeSequence(memory, first + at, -1, -1);
  };
  return measureStepCost(run, Math.min(context.batchTokens, context.contextLength), budgetMs);
}
