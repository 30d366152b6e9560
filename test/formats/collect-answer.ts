import { createAnswerParser, type AnswerPart, type ParserOptions } from '../../src/formats/answer-parser.ts';
import type { OutputFormat } from '../../src/formats/output-format.ts';

export interface CollectedCall {
  readonly name: string;
  readonly id: string | undefined;
  arguments: string;
  isEnded: boolean;
}

export interface CollectedAnswer {
  content: string;
  reasoning: string;
  readonly calls: CollectedCall[];
}

/** Feeds an answer in these pieces and adds up its parts, checking that they come in a sound order. */
export function collectAnswer(
  format: OutputFormat,
  options: ParserOptions,
  pieces: readonly string[],
  how: 'complete' | 'cut' = 'complete',
): CollectedAnswer {
  const parser = createAnswerParser(format, options);
  const answer: CollectedAnswer = { content: '', reasoning: '', calls: [] };
  for (const piece of pieces) add(answer, parser.push(piece));
  add(answer, parser.end(how));
  return answer;
}

function add(answer: CollectedAnswer, parts: readonly AnswerPart[]): void {
  for (const part of parts) {
    switch (part.kind) {
      case 'content':
      case 'reasoning':
        if (part.text === '') throw new Error('an empty part');
        answer[part.kind] += part.text;
        break;
      case 'call':
        if (part.index !== answer.calls.length) throw new Error('calls out of order');
        answer.calls.push({ name: part.name, id: part.id, arguments: '', isEnded: false });
        break;
      case 'arguments':
      case 'call-end': {
        const call = answer.calls[part.index];
        if (!call || call.isEnded || part.index !== answer.calls.length - 1) throw new Error('a part of no open call');
        if (part.kind === 'arguments') call.arguments += part.text;
        else call.isEnded = true;
        break;
      }
      default:
        part satisfies never;
    }
  }
}

/** Ways to divide a text, the same in each run. */
export function randomSplits(text: string, count: number, seed = 1): string[][] {
  const random = createRandom(seed + text.length);
  return Array.from({ length: count }, () => {
    const pieces: string[] = [];
    for (let at = 0; at < text.length;) {
      const length = 1 + Math.floor(random() * (random() < 0.5 ? 4 : 24));
      pieces.push(text.slice(at, at + length));
      at += length;
    }
    return pieces;
  });
}

/** mulberry32: small, and good enough to place cuts. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
