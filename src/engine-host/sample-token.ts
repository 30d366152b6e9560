import koffi from 'koffi';
import { ManifoldError } from '../errors.ts';
import type { DecodeContext } from './decode-context.ts';
import type { Generation } from './generation.ts';

/** Chooses a generation's next token from a row of the last batch. */
export function sampleToken(
  { library, context, vocabulary }: DecodeContext,
  generation: Generation,
  row: number,
): void {
  const address = library.logitsRow(context, row);
  // Sampling a row without logits ends the process.
  if (address === null) return generation.fail(new ManifoldError('engine_error', 'The engine returned no logits.'));
  const logits = new Float32Array(koffi.view(address, vocabulary.size * 4));
  if (generation.mustContinue) for (const token of vocabulary.endOfGeneration) logits[token] = -Infinity;
  const token = generation.sampler.sample(context, row);
  if (!Number.isFinite(logits[token])) {
    return generation.fail(new ManifoldError('engine_error', 'The model produced numbers that are no probabilities.'));
  }
  generation.accept(token, vocabulary);
}
