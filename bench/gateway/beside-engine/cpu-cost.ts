import { concurrently } from '../../lib/concurrently.ts';
import type { Manifold } from '../../lib/manifold.ts';
import { cpuMicroseconds } from '../../lib/process-usage.ts';
import { streamChat } from '../../lib/stream-chat.ts';
import { shortAnswer } from './latency.ts';

export interface CpuCost {
  readonly perRequest: number;
  readonly perEvent: number;
  /** What both come from: requests, events and processor time of the two loads. */
  readonly loads: readonly Load[];
}

interface Load {
  readonly requests: number;
  readonly events: number;
  readonly microseconds: number;
}

const longAnswer = { messages: [{ role: 'user', content: 'forever' }], max_tokens: 1000 };

/**
 * Processor microseconds of the HTTP process for a request and for an event of its stream. Two loads, many short
 * answers and few long ones, make two equations for the two costs.
 */
export async function measureCpuCost(
  manifold: Manifold,
  options: { readonly shortRequests: number; readonly longRequests: number; readonly atOnce: number },
): Promise<CpuCost> {
  const run = async (requests: number, fields: object): Promise<Load> => {
    const before = cpuMicroseconds(manifold.pid);
    const answers = await concurrently(requests, options.atOnce, () => streamChat(manifold, fields));
    const events = answers.reduce((sum, answer) => sum + answer.events, 0);
    return { requests, events, microseconds: cpuMicroseconds(manifold.pid) - before };
  };
  // The first requests pay for compiling the code.
  await run(Math.ceil(options.shortRequests / 2), shortAnswer);
  const short = await run(options.shortRequests, shortAnswer);
  const long = await run(options.longRequests, longAnswer);
  const determinant = short.requests * long.events - long.requests * short.events;
  return {
    perRequest: (short.microseconds * long.events - long.microseconds * short.events) / determinant,
    perEvent: (short.requests * long.microseconds - long.requests * short.microseconds) / determinant,
    loads: [short, long],
  };
}
