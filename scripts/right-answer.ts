export interface Expectation {
  readonly expect: readonly string[];
  readonly match: 'exact' | 'contains' | 'one_of' | 'number' | 'capitals';
}

/** Whether an answer is what a held-out item expects; the same rules as `training/evaluate.py`. */
export function isRightAnswer({ expect, match }: Expectation, answer: string): boolean {
  switch (match) {
    case 'exact':
      return bare(answer) === bare(expect[0] ?? '');
    case 'number':
      return answer.match(/-?\d+/g)?.at(-1) === expect[0];
    case 'one_of':
      return expect.some((text) => answer.toLowerCase().includes(text.toLowerCase()));
    case 'contains':
      return expect.every((text) => hasWord(answer, text));
    case 'capitals':
      return expect.every((text) => hasWord(answer, text)) && answer === answer.toUpperCase();
    default:
      return match satisfies never;
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
