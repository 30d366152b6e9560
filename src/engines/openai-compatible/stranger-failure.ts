/** What a server of others answered in place of an answer, as it wrote it. Not for clients. */
export class StrangerFailure extends Error {
  override readonly name = 'StrangerFailure';
  readonly status: number;
  readonly #body: string;

  constructor(status: number, body: string) {
    super(`status ${status}: ${body.slice(0, 500)}`);
    this.status = status;
    this.#body = body;
  }

  /** The members of OpenAI's error object; none where the body has no such object. */
  error(): Readonly<Record<string, unknown>> {
    try {
      const value = JSON.parse(this.#body) as { readonly error?: unknown } | null;
      return typeof value?.error === 'object' && value.error !== null ? { ...value.error } : {};
    } catch {
      return {};
    }
  }
}
