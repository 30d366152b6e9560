import type { EngineUnderTest } from './engine-under-test.ts';
import { streamChat } from './stream-chat.ts';

const words =
  'river stone light winter market simple answer garden paper engine window number letter travel morning silver ' +
  'forest bridge music people corner story yellow distant ocean quiet table summer valley record person island';
const vocabulary = words.split(' ');

/** Writes prompts of about so many tokens; the same id and length give the same text, different ids begin differently. */
export interface PromptWriter {
  write(id: number, tokens: number): string;
}

/** Learns from the engine itself how many tokens a word takes and how many its chat template adds. */
export async function createPromptWriter(engine: EngineUnderTest): Promise<PromptWriter> {
  const count = async (length: number) => {
    const messages = [{ role: 'user', content: text(0, length) }];
    return (await streamChat(engine, { messages, max_tokens: 1, ignore_eos: true })).promptTokens;
  };
  const [few, many] = [await count(40), await count(140)];
  const perWord = (many - few) / 100;
  const fixed = few - 40 * perWord;
  return { write: (id, tokens) => text(id, Math.max(1, Math.round((tokens - fixed) / perWord))) };
}

/** The id comes first, in words and its lowest digit in front, so that neighbouring ids differ in their first token. */
function text(id: number, length: number): string {
  const random = randomIndices(id);
  const base = vocabulary.length;
  const opening = [id % base, Math.floor(id / base) % base, Math.floor(id / base ** 2)];
  const body = Array.from({ length: Math.max(0, length - opening.length) }, random);
  return [...opening, ...body].map((index) => vocabulary[index]).join(' ');
}

/** A small linear congruential generator: the text has to be repeatable, not unpredictable. */
function randomIndices(seed: number): () => number {
  let state = (seed * 2_654_435_761 + 12_345) % 2 ** 32;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return Math.floor((state / 2 ** 32) * vocabulary.length);
  };
}
