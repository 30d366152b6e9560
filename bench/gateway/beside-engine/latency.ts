import { Pool } from 'undici';
import { concurrently } from '../../lib/concurrently.ts';
import type { Manifold } from '../../lib/manifold.ts';
import { type ChatTarget, type MeasuredAnswer, streamChat, timeToFirstToken } from '../../lib/stream-chat.ts';

export interface Latencies {
  /** Milliseconds of each request, in the order they were sent. */
  readonly firstToken: readonly number[];
  readonly total: readonly number[];
}

/**
 * The same requests to the same engine host, through the HTTP process and straight to the host's socket. The two
 * ways alternate in blocks, so that both meet the same machine.
 */
export async function measureLatencies(
  manifold: Manifold,
  options: { readonly requests: number; readonly atOnce: number; readonly blocks: number },
): Promise<{ readonly through: Latencies; readonly direct: Latencies }> {
  const { socketPath } = manifold.host;
  const dispatcher = new Pool('http://engine', { socketPath, connections: null, pipelining: 1 });
  const straight: ChatTarget = { dispatcher, model: manifold.model };
  const answers = { through: [] as MeasuredAnswer[], direct: [] as MeasuredAnswer[] };
  const perBlock = Math.ceil(options.requests / options.blocks);
  const ask = (target: ChatTarget) => concurrently(perBlock, options.atOnce, () => streamChat(target, shortAnswer));
  try {
    await ask(straight);
    await ask(manifold);
    for (let block = 0; block < options.blocks; block += 1) {
      answers.direct.push(...(await ask(straight)));
      answers.through.push(...(await ask(manifold)));
    }
  } finally {
    await dispatcher.destroy();
  }
  return { through: latencies(answers.through), direct: latencies(answers.direct) };
}

/** The scripted model answers it with seven tokens. */
export const shortAnswer = { messages: [{ role: 'user', content: 'count' }], max_tokens: 100 };

function latencies(answers: readonly MeasuredAnswer[]): Latencies {
  return {
    firstToken: answers.map(timeToFirstToken),
    total: answers.map(({ sentAt, endedAt }) => endedAt - sentAt),
  };
}
