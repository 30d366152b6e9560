/** A stream that is opened when it is first read. */
export async function* opened<T>(open: () => Promise<AsyncIterable<T>>): AsyncGenerator<T> {
  yield* await open();
}
