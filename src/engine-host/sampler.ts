import type { EngineRequest } from '../api/internal/engine-request.ts';
import type { LibLlama, Pointer } from './libllama/bindings.ts';

/** A native sampler chain for one choice. Ends in a selector always: a chain without one ends the process. */
export interface Sampler {
  /** Chooses the next token from a row of the last batch, and remembers it for the penalties. */
  sample(context: Pointer, row: number): number;
  /** Remembers a token that was not chosen here. */
  accept(token: number): void;
  /** A copy in the same state, to go back to. */
  fork(): Sampler;
  free(): void;
}

/** Candidates kept in front of the slower filters when the client sets no `top_k` (they cost 10 ms over a large vocabulary otherwise). */
const defaultTopK = 1000;

type SamplingFields = Pick<
  EngineRequest,
  | 'temperature'
  | 'top_p'
  | 'top_k'
  | 'min_p'
  | 'frequency_penalty'
  | 'presence_penalty'
  | 'repetition_penalty'
  | 'logit_bias'
>;

/**
 * Builds the chain: bias, penalties, top_k, temperature, top_p, min_p, and the choice itself. Temperature 0
 * is greedy. As in vLLM, `repetition_penalty` sees prompt and answer, the other two the answer only.
 */
export function createSampler(
  library: LibLlama,
  options: { fields: SamplingFields; seed: number; vocabularySize: number; contextLength: number; prompt: Int32Array },
): Sampler {
  const { fields, vocabularySize } = options;
  const chain = library.newChain({ no_perf: true });
  const add = (sampler: Pointer) => library.chainAdd(chain, sampler);

  const biases = Object.entries(fields.logit_bias ?? {}).map(([token, bias]) => ({ token: Number(token), bias }));
  if (biases.length > 0) add(library.logitBias(vocabularySize, biases.length, biases));
  if (fields.repetition_penalty !== 1) {
    const repetition = library.penalties(vocabularySize, options.contextLength, fields.repetition_penalty, 0, 0);
    for (const token of options.prompt) library.samplerAccept(repetition, token);
    add(repetition);
  }
  if (fields.frequency_penalty !== 0 || fields.presence_penalty !== 0) {
    add(library.penalties(vocabularySize, options.contextLength, 1, fields.frequency_penalty, fields.presence_penalty));
  }
  if (fields.temperature === 0) {
    add(library.greedy());
  } else {
    add(library.topK(fields.top_k !== undefined && fields.top_k > 0 ? fields.top_k : defaultTopK));
    add(library.temperature(fields.temperature));
    if (fields.top_p < 1) add(library.topP(fields.top_p, 1));
    if (fields.min_p > 0) add(library.minP(fields.min_p, 1));
    add(library.dist(options.seed));
  }
  return samplerOf(library, chain);
}

function samplerOf(library: LibLlama, chain: Pointer): Sampler {
  return {
    sample: (context, row) => library.sample(chain, context, row),
    accept: (token) => library.samplerAccept(chain, token),
    fork: () => samplerOf(library, library.cloneSampler(chain)),
    free: () => library.freeSampler(chain),
  };
}
