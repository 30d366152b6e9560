import type { Delta } from '../api/chat-completion-chunk.ts';
import type { TokenLogprob } from '../api/logprobs.ts';

/** What a choice has produced and nobody has read. Pieces that go on in one field are joined while they wait. */
export class UnreadChoice {
  #deltas: Delta[] = [];
  /** Each waits until as much text has left as it and those before it stand for. */
  #entries: TokenLogprob[] = [];
  /** Bytes of text that left, less those that the entries beside it stood for. */
  #ahead = 0;
  /** Tokens generated since a piece was last taken. */
  #tokens: number[] = [];
  #lead: Delta | undefined;

  /** `lead` goes before whatever the choice says first; nothing generated stands for it. */
  constructor(lead?: Delta) {
    this.#lead = lead;
  }

  addToken(token: number): void {
    this.#tokens.push(token);
  }

  takeTokens(): number[] {
    return this.#tokens.splice(0);
  }

  add(deltas: readonly Delta[], entries: readonly TokenLogprob[] = []): void {
    const led = this.#lead && deltas.length > 0 ? this.takeLead() : [];
    for (const delta of [...led, ...deltas]) {
      const last = this.#deltas.at(-1);
      const joined = last && (joinedText(last, delta) ?? joinedArguments(last, delta));
      if (joined) this.#deltas[this.#deltas.length - 1] = joined;
      else this.#deltas.push(delta);
    }
    this.#entries.push(...entries);
  }

  /** The pieces, and the log probabilities that go with the first of them. */
  take(): { deltas: Delta[]; entries: TokenLogprob[] } {
    const deltas = this.#deltas;
    if (deltas.length === 0) return { deltas, entries: [] };
    this.#deltas = [];
    for (const delta of deltas) this.#ahead += bytesOf(delta);
    // A mark has no text of its own, so that its entry is late until more follows.
    let due = 0;
    for (const { bytes } of this.#entries) {
      if (this.#ahead < (bytes?.length ?? 0)) break;
      this.#ahead -= bytes?.length ?? 0;
      due++;
    }
    return { deltas, entries: this.#entries.splice(0, due) };
  }

  /** What goes first, if nothing did yet. */
  takeLead(): Delta[] {
    if (this.#lead === undefined) return [];
    const lead = this.#lead;
    this.#lead = undefined;
    this.#ahead -= bytesOf(lead);
    return [lead];
  }

  /** The log probabilities that no text came for. */
  takeLate(): TokenLogprob[] {
    return this.#entries.splice(0);
  }
}

function bytesOf({ content = '', reasoning_content: reasoning = '', tool_calls: [call] = [] }: Delta): number {
  return Buffer.byteLength(content + reasoning + (call?.function.name ?? '') + (call?.function.arguments ?? ''));
}

function joinedText(last: Delta, next: Delta): Delta | undefined {
  if (last.content !== undefined && next.content !== undefined) return { content: last.content + next.content };
  if (last.reasoning_content === undefined || next.reasoning_content === undefined) return undefined;
  return { reasoning_content: last.reasoning_content + next.reasoning_content };
}

/** A call's id and name stay in its first piece; only argument pieces are joined to it. */
function joinedArguments({ tool_calls: [last] = [] }: Delta, { tool_calls: [next] = [] }: Delta): Delta | undefined {
  if (!last || !next || last.index !== next.index || next.id !== undefined) return undefined;
  const text = (last.function.arguments ?? '') + (next.function.arguments ?? '');
  return { tool_calls: [{ ...last, function: { ...last.function, arguments: text } }] };
}
