import { JinjaError } from '../jinja-error.ts';
import type { Token } from './lexer.ts';

/** The words of one `{{ }}` or `{% %}`, taken from the front. */
export interface TokenStream {
  readonly line: number;
  /** Whether the next words are these operators or keywords. */
  peeks(...texts: readonly string[]): boolean;
  peek(ahead?: number): Token;
  /** Takes the next word when it is this operator or keyword. */
  takes(text: string): boolean;
  take(): Token;
  expect(text: string): void;
  expectName(): string;
  expectEnd(): void;
  refuse(expected: string): never;
  /** Bounds how deeply brackets and blocks nest. */
  nested<Result>(parse: () => Result): Result;
}

const deepestNesting = 100;

export function createTokenStream(tokens: readonly Token[]): TokenStream {
  let at = 0;
  let depth = 0;
  const last = tokens.at(-1) as Token;
  const peek = (ahead = 0): Token => tokens[at + ahead] ?? last;
  const isWord = (token: Token, text: string) =>
    token.text === text && (token.kind === 'operator' || token.kind === 'name');

  const refuse = (expected: string): never => {
    const found = peek().kind === 'end' ? `the end ${peek().text}` : `'${peek().text}'`;
    throw new JinjaError('syntax', `line ${peek().line}: expected ${expected}, found ${found}`);
  };
  const take = (): Token => {
    const token = peek();
    at++;
    return token;
  };
  const takes = (text: string): boolean => {
    const isNext = isWord(peek(), text);
    if (isNext) at++;
    return isNext;
  };

  return {
    get line() {
      return peek().line;
    },
    peek,
    peeks: (...texts) => texts.every((text, ahead) => isWord(peek(ahead), text)),
    take,
    takes,
    refuse,
    expect: (text) => {
      if (!takes(text)) refuse(`'${text}'`);
    },
    expectName: () => (peek().kind === 'name' ? take().text : refuse('a name')),
    expectEnd: () => {
      if (peek().kind !== 'end') refuse('the end');
    },
    nested: (parse) => {
      if (depth >= deepestNesting) throw new JinjaError('syntax', `line ${peek().line}: nested too deeply`);
      depth++;
      try {
        return parse();
      } finally {
        depth--;
      }
    },
  };
}
