import { createRawClient } from './raw-client.ts';
import { chatRequest, type Target } from './target.ts';

export interface OneConnection {
  /** Milliseconds of each plain answer. */
  readonly plain: readonly number[];
  /** Milliseconds to the first token of each stream. */
  readonly firstToken: readonly number[];
}

/** One request at a time over one connection, plain and streamed in turn. */
export async function measureOneConnection(target: Target, requests: number): Promise<OneConnection> {
  const ask = (isStream: boolean) => chatRequest(target, { tokens: 7, everyMs: 0, isStream });
  const [plainRequest, streamRequest] = [ask(false), ask(true)];
  const client = createRawClient(target.port);
  const plain: number[] = [];
  const firstToken: number[] = [];
  try {
    for (let count = 0; count < requests; count += 1) {
      const askedAt = performance.now();
      await client.ask(plainRequest);
      plain.push(performance.now() - askedAt);

      const streamAskedAt = performance.now();
      let first: number | undefined;
      await client.ask(streamRequest, () => (first ??= performance.now() - streamAskedAt));
      firstToken.push(first ?? Number.NaN);
    }
  } finally {
    client.close();
  }
  return { plain, firstToken };
}
