import type { TokenLogprob } from '../api/logprobs.ts';
import type { AnswerPiece, ReasoningTracker } from '../formats/reasoning-tracker.ts';
import { HeldEntries } from './held-entries.ts';
import type { LogProbabilities } from './log-probabilities.ts';
import { logprobEntry } from './logprob-entry.ts';
import { StopMatcher } from './stop-matcher.ts';
import { Utf8Decoder } from '../lib/utf8-decoder.ts';
import type { Vocabulary } from './vocabulary.ts';

interface AnswerTextOptions {
  readonly stop: readonly string[];
  /** Whether the stop string that ends the answer is part of its text. */
  readonly includesStop?: boolean | undefined;
  /** Whether log probabilities name tokens by their ids. */
  readonly namesTokensById?: boolean | undefined;
  /** Tells reasoning from the rest, where the model's format has any. */
  readonly tracker?: ReasoningTracker | undefined;
}

/** What may be delivered: text, and the entries of the tokens whose text is out with it. */
interface Delivery {
  readonly text: string;
  readonly entries: readonly TokenLogprob[];
  /** The stop string that ends the answer here. */
  readonly stop?: string;
}

interface TokenFacts {
  /** What tokens add to the text. */
  readonly vocabulary: Vocabulary;
  /** Where they are reported. */
  readonly probabilities: LogProbabilities | undefined;
  /** Whether the model chose the token. */
  readonly isOwn: boolean;
  /** Whether a stop string may end the answer yet. */
  readonly mayStop: boolean;
}

/**
 * The text of an answer as its tokens come: held back while it may be half a character or the beginning of a stop
 * string, and with it the entries of its tokens.
 */
export class AnswerText {
  readonly #options: AnswerTextOptions;
  readonly #decoder = new Utf8Decoder();
  readonly #stops: StopMatcher;
  readonly #entries = new HeldEntries<TokenLogprob>();

  constructor(options: AnswerTextOptions) {
    this.#options = options;
    this.#stops = new StopMatcher(options.stop, options.includesStop);
  }

  /** Whether the text so far ends inside a character. */
  get isInsideCharacter(): boolean {
    return this.#decoder.isPending;
  }

  push(token: number, { vocabulary, probabilities, isOwn, mayStop }: TokenFacts): Delivery {
    const { tracker, namesTokensById } = this.#options;
    const decoded = this.#decoder.push(vocabulary.piece(token));
    if (probabilities) {
      const entry = logprobEntry(probabilities, vocabulary, namesTokensById);
      this.#entries.hold(entry, decoded, this.#decoder.isPending);
    }
    const pieces: AnswerPiece[] = tracker
      ? tracker.push({ text: decoded, isOwn })
      : [{ text: decoded, kind: 'content' }];
    const { text, stop } = this.#match(pieces, mayStop);
    if (stop !== undefined) return { text, entries: this.#entries.cut(text), stop };
    // An entry waits for text to go with.
    return { text, entries: text === '' ? [] : this.#entries.deliver(text) };
  }

  /** A token that ends the answer and adds nothing to its text: its entry is the last. */
  noteEnd(vocabulary: Vocabulary, probabilities: LogProbabilities): void {
    this.#entries.hold(logprobEntry(probabilities, vocabulary, this.#options.namesTokensById), '', false);
  }

  /** What was held back, once no token follows. */
  end(mayStop: boolean): Delivery {
    const { text, stop } = this.#match(this.#options.tracker?.end() ?? [], mayStop);
    if (stop !== undefined) return { text, entries: this.#entries.cut(text), stop };
    return { text: text + this.#stops.flush(), entries: this.#entries.flush() };
  }

  /** Stop strings are looked for in what the model says, not in how it comes to say it. */
  #match(pieces: readonly AnswerPiece[], mayStop: boolean): { text: string; stop?: string } {
    let delivered = '';
    for (const { text, kind } of pieces) {
      if (kind !== 'content') {
        delivered += this.#stops.flush() + text;
        continue;
      }
      const matched = this.#stops.push(text, mayStop);
      delivered += matched.text;
      if (matched.stop !== undefined) return { text: delivered, stop: matched.stop };
    }
    return { text: delivered };
  }
}
