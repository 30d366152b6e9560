import type { Metadata } from './write-gguf.ts';

/** A tokenizer as the keys of a model file. */
export interface Vocabulary {
  readonly size: number;
  readonly metadata: Metadata;
  /** The id of a token; throws when there is none. */
  idOf(token: string): number;
}

/** Words that both kinds of tokenizer know as wholes; everything else is spelled. */
export const words = ['system', 'user', 'assistant', 'the', 'and', 'that', 'with', 'what', 'is', 'a', 'hello', 'model'];

export function idIn(tokens: readonly string[], token: string): number {
  const id = tokens.indexOf(token);
  if (id < 0) throw new Error(`The vocabulary has no ${JSON.stringify(token)}.`);
  return id;
}
