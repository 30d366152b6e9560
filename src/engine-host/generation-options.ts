import type { ReasoningTracker } from '../formats/reasoning-tracker.ts';
import type { BadWords } from './bad-words.ts';
import type { Grammar } from './grammar.ts';
import type { Sampler } from './sampler.ts';
import type { SharedRequest } from './shared-request.ts';
import type { ThinkingLimit } from './thinking-limit.ts';
import type { Vocabulary } from './vocabulary.ts';

/** What is asked of one choice. */
export interface GenerationOptions {
  readonly request: SharedRequest;
  /** Tokens the answer may have, within what the context leaves. */
  readonly maxTokens: number;
  readonly minTokens: number;
  readonly ignoreEndOfGeneration: boolean;
  readonly stop: readonly string[];
  /** Alternatives to report with the log probability of each token; undefined: report nothing. */
  readonly topLogprobs: number | undefined;
  readonly createSampler: () => Sampler;
  /** What the answer has to look like, if it has to. */
  readonly grammar?: Grammar | undefined;
  /** Tokens that end the answer, beside those that end every answer of the model. */
  readonly stopTokens?: readonly number[];
  /** Whether the stop string or token that ends the answer is part of its text. */
  readonly includesStop?: boolean;
  /** The only tokens that may be chosen. */
  readonly allowedTokens?: readonly number[] | undefined;
  readonly badWords?: BadWords | undefined;
  /** Whether log probabilities name tokens by their ids. */
  readonly namesTokensById?: boolean;
  /** Whether a token that ends the answer has an entry, though it is no part of the text. */
  readonly reportsEnd?: boolean;
  /** Tokens to report instead of the likeliest. */
  readonly logprobTokens?: readonly number[] | undefined;
  /** What tokens add to the text, where that is not as the model's vocabulary has it. */
  readonly shownVocabulary?: Vocabulary | undefined;
  /** Tells reasoning from the rest, where the model's format has any. */
  readonly tracker?: ReasoningTracker | undefined;
  readonly thinkingLimit?: ThinkingLimit | undefined;
  /** The field of the request that the grammar comes from. */
  readonly grammarParam?: string | undefined;
}
