import type { EngineRequest } from '../api/internal/engine-request.ts';
import type { Candidates } from './candidates.ts';
import { likeliestTokens } from './likeliest-tokens.ts';
import type { LibLlama, Pointer } from './libllama/bindings.ts';
import { uniformAt } from './uniform.ts';

/** A native sampler chain for one choice. Ends in a selector always: a chain without one ends the process. */
export interface Sampler {
  /** Chooses the next token from a row of the last batch, whose logits these are, and remembers it for the penalties. */
  sample(row: SampledRow, candidates: Candidates): number;
  /** Whether what was chosen changes what is chosen later. */
  readonly remembers: boolean;
  /** A copy in the same state, to go back to. */
  fork(): Sampler;
  /** Takes note of a token that was chosen otherwise. */
  accept(token: number): void;
  readonly isGreedy: boolean;
  /** Changes logits by bias and penalties, as `sample` does. */
  adjust(candidates: Candidates): void;
  /** Leaves the likeliest tokens in their order: those that the filters look at, but 1,000 at least. */
  keepLikeliest(candidates: Candidates): void;
  /** Filters and scales as `sample` does before it chooses; nothing where the choice is greedy. */
  narrow(candidates: Candidates): void;
  /** Uses up the random number of a choice that is made otherwise: the next one is independent of it. */
  skip(candidates: Candidates): void;
  /** A number from 0 to below 1 for the token at a position: for choices that `sample` does not make. */
  random(position: number): number;
  free(): void;
}

/** A row of the last batch of a native context. */
export interface SampledRow {
  readonly context: Pointer;
  readonly row: number;
  readonly logits: Float32Array;
}

/** Candidates kept in front of the slower filters when the client sets no `top_k` (they cost 10 ms over a large vocabulary otherwise). */
const defaultTopK = 1000;

/** Below it only the likeliest token has a chance, and logits divided by less may be no numbers. */
const leastTemperature = 1e-6;

/** The library's `LLAMA_DEFAULT_SEED`, for which it takes a seed by chance. */
const seedByChance = 0xff_ff_ff_ff;

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
 * Builds the chain: bias, penalties, top_k, temperature, top_p, min_p, and the choice itself. Temperature 0, or
 * next to it, is greedy. As in vLLM, `repetition_penalty` sees prompt and answer, the other two the answer only.
 */
export function createSampler(
  library: LibLlama,
  options: { fields: SamplingFields; seed: number; vocabularySize: number; contextLength: number; prompt: Int32Array },
): Sampler {
  const { fields, vocabularySize } = options;
  const chain = library.newChain({ no_perf: true });
  let length = 0;
  const add = (sampler: Pointer) => {
    library.chainAdd(chain, sampler);
    length++;
  };

  const biases = Object.entries(fields.logit_bias ?? {}).map(([token, bias]) => ({ token: Number(token), bias }));
  if (biases.length > 0) add(library.logitBias(vocabularySize, biases.length, biases));
  if (fields.repetition_penalty !== 1) {
    const repetition = library.penalties(vocabularySize, options.contextLength, fields.repetition_penalty, 0, 0);
    // How often a token occurred makes no difference here, and nothing leaves a window as long as the context.
    for (const token of new Set(options.prompt)) library.samplerAccept(repetition, token);
    add(repetition);
  }
  if (fields.frequency_penalty !== 0 || fields.presence_penalty !== 0) {
    add(library.penalties(vocabularySize, options.contextLength, 1, fields.frequency_penalty, fields.presence_penalty));
  }
  const adjusting = length;
  const topK = fields.top_k !== undefined && fields.top_k > 0 ? fields.top_k : defaultTopK;
  const isGreedy = fields.temperature < leastTemperature;
  if (isGreedy) {
    add(library.greedy());
  } else {
    add(library.topK(topK));
    add(library.temperature(fields.temperature));
    if (fields.top_p < 1) add(library.topP(fields.top_p, 1));
    if (fields.min_p > 0) add(library.minP(fields.min_p, 1));
    // Any other will do that is not next to it: further choices have the seeds that come next.
    add(library.dist(options.seed === seedByChance ? seedByChance >>> 1 : options.seed));
  }
  const remembers = fields.repetition_penalty !== 1 || fields.frequency_penalty !== 0 || fields.presence_penalty !== 0;
  return samplerOf(library, chain, {
    adjusting,
    length,
    remembers,
    isGreedy,
    kept: isGreedy ? 1 : topK,
    mostLikely: Math.max(topK, defaultTopK),
    seed: options.seed,
  });
}

interface Shape {
  /** How many of the chain's members change logits; then come filters, and last what chooses. */
  readonly adjusting: number;
  readonly length: number;
  readonly remembers: boolean;
  readonly isGreedy: boolean;
  /** How many of the likeliest the first filter keeps. */
  readonly kept: number;
  readonly mostLikely: number;
  readonly seed: number;
}

function samplerOf(library: LibLlama, chain: Pointer, shape: Shape): Sampler {
  const { remembers, isGreedy } = shape;
  const apply = (candidates: Candidates, from: number, to: number) => {
    for (let at = from; at < to; at++) candidates.apply(library.chainMember(chain, at));
  };
  return {
    sample({ context, row, logits }, candidates) {
      // Bias and penalties may bring any token among the likeliest.
      const tokens = shape.adjusting === 0 ? likeliestTokens(logits, shape.kept) : undefined;
      if (tokens === undefined) return library.sample(chain, context, row);
      candidates.fillFrom(logits, tokens);
      candidates.apply(chain);
      const token = candidates.chosen();
      library.samplerAccept(chain, token);
      return token;
    },
    remembers,
    fork: () => samplerOf(library, library.cloneSampler(chain), shape),
    accept: (token) => library.samplerAccept(chain, token),
    isGreedy,
    adjust: (candidates) => apply(candidates, 0, shape.adjusting),
    keepLikeliest(candidates) {
      const topK = library.topK(shape.mostLikely);
      candidates.apply(topK);
      library.freeSampler(topK);
    },
    narrow: (candidates) => apply(candidates, shape.adjusting, shape.length - 1),
    skip(candidates) {
      // Of one candidate the last member would choose without a number.
      candidates.fillWith([
        { token: 0, logit: 0 },
        { token: 1, logit: 0 },
      ]);
      apply(candidates, shape.length - 1, shape.length);
    },
    random: (position) => uniformAt(shape.seed, position),
    free: () => library.freeSampler(chain),
  };
}
