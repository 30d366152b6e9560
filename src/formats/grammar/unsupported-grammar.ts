/** A grammar that cannot be followed: its text is wrong, or it is too large. Fit for the client that wrote it. */
export class UnsupportedGrammar extends Error {
  override readonly name = 'UnsupportedGrammar';
  /** The line of the text, from 1; undefined where it is about the whole. */
  readonly line: number | undefined;

  constructor(reason: string, line?: number) {
    super(line === undefined ? reason : `line ${line}: ${reason}`);
    this.line = line;
  }
}
