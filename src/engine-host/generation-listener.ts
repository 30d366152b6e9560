import type { FinishReason } from '../api/chat-completion.ts';
import type { TokenLogprob } from '../api/logprobs.ts';
import type { ManifoldError } from '../errors.ts';

/** How a generation ended; exactly one per generation. */
export type GenerationEnd =
  | {
      readonly kind: 'finished';
      readonly reason: FinishReason;
      readonly tokens: number;
      /** Those of them in which the model reasoned. */
      readonly reasoningTokens: number;
      /** Whether a limit or a stop string ended the text, and not the model. */
      readonly wasCut: boolean;
      /** The stop string or token of the request that ended the text, if one did. */
      readonly stopReason?: string | number;
    }
  | { readonly kind: 'failed'; readonly error: ManifoldError }
  | { readonly kind: 'cancelled' };

export interface GenerationListener {
  /** A token was chosen; its text may come later. */
  onToken?(token: number): void;
  /** Text to deliver, and the entries of the tokens whose text is out with it. Only the last text may be empty. */
  onText(text: string, entries: readonly TokenLogprob[]): void;
  onEnd(end: GenerationEnd): void;
}
