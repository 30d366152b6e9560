import type { PromptLogprobs } from '../api/token-details.ts';

/** What the choices of one request have in common. */
export interface SharedRequest {
  readonly prompt: Int32Array;
  /** Cells are shared only between requests with the same salt. */
  readonly salt: string;
  /** The adapter it is computed with; absent: the model alone. */
  readonly adapter?: string | undefined;
  /** The lower, the sooner. */
  readonly priority: number;
  /** Whether the text may not depend on what runs beside it, to the last bit. */
  readonly isDeterministic: boolean;
  /** Prompt tokens that were in the model's memory already; known once the first choice has a slot. */
  cachedTokens?: number;
  /** Alternatives to report with the log probability of each token of the prompt; undefined: report nothing. */
  readonly promptLogprobs?: number | undefined;
  /** What is to be reported of the prompt, by place; whole once the prompt is read. */
  promptEntries?: PromptLogprobs;
}
