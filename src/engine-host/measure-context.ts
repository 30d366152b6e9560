import type { DecodeContext } from './decode-context.ts';
import { measureStepCost, type StepCost } from './step-cost.ts';

/** Time that measuring may add to a load. */
const budgetMs = 1000;

/** Times steps as they will be: up to the number of sequences each token is another one's, beyond it a prompt's. */
export function measureContext(context: DecodeContext): Promise<StepCost> {
  const { library, memory, batch, sequences } = context;
  const run = async (tokens: number) => {
    batch.clear();
    for (let at = 0; at < tokens; at++) {
      if (tokens <= sequences) batch.add(0, 0, at, true);
      else batch.add(0, at, 0, at === tokens - 1);
    }
    await context.decode();
    // One by one: memories with a state refuse −1, which for others means every sequence.
    const used = tokens <= sequences ? tokens : 1;
    for (let sequence = 0; sequence < used; sequence++) library.removeSequence(memory, sequence, -1, -1);
  };
  return measureStepCost(run, Math.min(context.batchTokens, context.contextLength), budgetMs);
}
