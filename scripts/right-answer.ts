import { isDeepStrictEqual } from 'node:util';

export interface Expectation {
  readonly expect: readonly string[];
  readonly match: 'exact' | 'contains' | 'one_of' | 'number' | 'capitals' | 'calls';
  /** The calls that `calls` expects, in any order. */
  readonly calls?: readonly ExpectedCall[] | undefined;
}

export interface ExpectedCall {
  readonly name: string;
  readonly arguments: unknown;
}

export interface GivenAnswer {
  readonly text: string;
  /** Arguments as JSON text. */
  readonly calls: readonly { readonly name: string; readonly arguments: string }[];
}

/** Whether an answer is what a held-out item expects; the same rules as `training/evaluate.py`. */
export function isRightAnswer({ expect, match, calls = [] }: Expectation, answer: GivenAnswer): boolean {
  if (match === 'calls') return areSameCalls(calls, answer.calls);
  if (answer.calls.length > 0) return false;
  const { text } = answer;
  switch (match) {
    case 'exact':
      return bare(text) === bare(expect[0] ?? '');
    case 'number':
      return text.match(/-?\d+/g)?.at(-1) === expect[0];
    case 'one_of':
      return expect.some((key) => text.toLowerCase().includes(key.toLowerCase()));
    case 'contains':
      return expect.every((word) => hasWord(text, word));
    case 'capitals':
      return expect.every((word) => hasWord(text, word)) && text === text.toUpperCase();
    default:
      return match satisfies never;
  }
}

function areSameCalls(expected: readonly ExpectedCall[], given: GivenAnswer['calls']): boolean {
  if (expected.length !== given.length) return false;
  const left = given.map((call) => ({ name: call.name, arguments: parsed(call.arguments) }));
  return expected.every((call) => {
    const at = left.findIndex((other) => isDeepStrictEqual(other, { name: call.name, arguments: call.arguments }));
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

/** A model that was cut off within its arguments leaves text that is no JSON. */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}

function bare(text: string): string {
  return text
    .trim()
    .replace(/[.!]+$/, '')
    .toLowerCase();
}

function hasWord(answer: string, text: string): boolean {
  const word = text.toLowerCase().replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(String.raw`(?<![\p{L}\p{N}_])${word}(?![\p{L}\p{N}_])`, 'u').test(answer.toLowerCase());
}
