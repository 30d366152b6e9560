import koffi from 'koffi';
import { ManifoldError } from '../errors.ts';
import type { DecodeContext } from './decode-context.ts';
import type { Generation } from './generation.ts';
import { logProbabilities } from './log-probabilities.ts';

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
  const masked = generation.mustContinue ? vocabulary.endOfGeneration : [];
  const unmasked = masked.map((end) => logits[end] ?? -Infinity);
  for (const end of masked) logits[end] = -Infinity;
  const token = generation.sampler.sample(context, row);
  if (!Number.isFinite(logits[token])) {
    return generation.fail(new ManifoldError('engine_error', 'The model produced numbers that are no probabilities.'));
  }
  // What is reported, and whoever else samples this row, sees what the model said.
  for (const [at, end] of masked.entries()) logits[end] = unmasked[at] ?? -Infinity;
  const { topLogprobs } = generation.options;
  const probabilities = topLogprobs === undefined ? undefined : logProbabilities(logits, token, topLogprobs);
  generation.accept(token, vocabulary, probabilities);
}
