import { ManifoldError } from '../../../errors.ts';
import { pause, type Clock } from '../../../lib/clock.ts';

interface RetryOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onRetry: (reason: string, seconds: number) => void;
}

const mostFailuresInRow = 6;
/** A server that wants to be left alone for longer than this ends the pull; the person may come back. */
const longestWaitSeconds = 120;

/** Decides what becomes of a download that failed. */
export interface Retries {
  /** Something arrived: the count of failures in a row begins anew. */
  progressed(): void;
  /** Resolves when it is time to try again. Throws the failure when it is not worth it. */
  afterFailure(failure: unknown): Promise<undefined>;
}

/** Waits 1, 2, 4 … seconds, or as long as the server asked for, and gives up when nothing arrived in between. */
export function createRetries({ clock, signal, onRetry }: RetryOptions): Retries {
  let inRow = 0;
  return {
    progressed: () => void (inRow = 0),
    async afterFailure(failure) {
      signal.throwIfAborted();
      if (!(failure instanceof ManifoldError) || !failure.isRetryable) throw failure;
      inRow++;
      const seconds = Math.max(failure.retryAfterSeconds ?? 0, 2 ** (inRow - 1));
      if (inRow >= mostFailuresInRow || seconds > longestWaitSeconds) throw givenUp(failure, inRow);
      onRetry(failure.message, seconds);
      await pause(seconds * 1000, signal, clock);
      return undefined;
    },
  };
}

function givenUp(failure: ManifoldError, inRow: number): ManifoldError {
  const { retryAfterSeconds } = failure;
  const how =
    retryAfterSeconds !== undefined && retryAfterSeconds > longestWaitSeconds
      ? `It asks for ${retryAfterSeconds} s of patience.`
      : `That was failure ${inRow} in a row.`;
  return new ManifoldError(
    failure.code,
    `${failure.message} ${how} What has arrived is kept: the same pull goes on there.`,
    {
      retryAfterSeconds,
      cause: failure,
    },
  );
}
