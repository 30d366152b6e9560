/** A schema that no grammar can stand for: it contradicts itself, is too large, or asks for something unknown. */
export class UnsupportedSchema extends Error {
  override readonly name = 'UnsupportedSchema';
  readonly keyword: string;
  /** Where in the schema, as a JSON pointer: `/properties/age`. Empty for the schema itself. */
  readonly path: string;
  /** A sentence that says what is wrong, fit for the client that wrote the schema. */
  readonly reason: string;

  constructor(keyword: string, path: string, reason: string) {
    super(`${path === '' ? 'The schema' : path}: ${keyword}: ${reason}`);
    this.keyword = keyword;
    this.path = path;
    this.reason = reason;
  }
}
