/** Who is to blame: the template on purpose, the template's text, its appetite, or what it did with a value. */
export type JinjaErrorKind = 'raised' | 'syntax' | 'limit' | 'runtime';

/** Every failure of compiling or rendering a template. What `raise_exception` was given passes unchanged. */
export class JinjaError extends Error {
  override readonly name = 'JinjaError';
  readonly kind: JinjaErrorKind;

  constructor(kind: JinjaErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** Ends the rendering since a template did with a value what cannot be done. */
export function fail(message: string): never {
  throw new JinjaError('runtime', message);
}

/** The same error, saying in which line of the template it arose. */
export function atLine(error: JinjaError, line: number): JinjaError {
  return error.kind === 'runtime'
    ? new JinjaError('runtime', `line ${line}: ${error.message}`, { cause: error })
    : error;
}
