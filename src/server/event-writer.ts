import type { Writable } from 'node:stream';
import { ManifoldError } from '../errors.ts';

/** How streams are kept alive, and readers that take nothing are not. */
export interface StreamPace {
  /** Silence after which a comment is sent. */
  readonly keepAliveMs: number;
  /** How long a client may take nothing before it is cut off. */
  readonly stalledAfterMs: number;
}

/** Text to a slow reader: what is written in one tick leaves in one piece, silence is filled with comments. */
export interface EventWriter {
  /** Whether the reader is behind; then `drained` must be awaited before the next write. */
  readonly isFull: boolean;
  write(text: string): void;
  /** Resolves when the reader has caught up; throws when it left or took nothing for too long. */
  drained(): Promise<void>;
  /** Writes the last text and ends; does nothing when the reader is gone. */
  end(text: string): void;
}

// No blank line: clients that have seen an id would dispatch an empty event.
const keepAliveComment = ': ping\n';

/** A source that never pauses must not grow the joined text without bound. */
const largestJoinedLength = 16 * 1024;

export function createEventWriter(output: Writable, { keepAliveMs, stalledAfterMs }: StreamPace): EventWriter {
  let pending = '';
  let isScheduled = false;
  let isFull = false;
  let isOver = false;

  const keepAlive = setInterval(() => {
    if (!isFull) write(keepAliveComment);
  }, keepAliveMs);
  const stop = () => {
    isOver = true;
    clearInterval(keepAlive);
  };
  output.once('close', stop);
  output.on('drain', () => {
    isFull = false;
  });

  // Joined here and not by `cork`: after an uncork Node does not emit `drain` reliably for small sockets.
  const flush = () => {
    isScheduled = false;
    if (isOver || pending === '') return;
    const text = pending;
    pending = '';
    if (!output.write(text)) isFull = true;
  };

  function write(text: string): void {
    if (isOver) return;
    pending += text;
    keepAlive.refresh();
    if (pending.length > largestJoinedLength) return flush();
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(flush);
  }

  return {
    get isFull() {
      return isFull || isOver;
    },
    write,
    async drained() {
      if (isFull || isOver) await untilDrained(output, stalledAfterMs);
    },
    end(text) {
      if (isOver) return;
      const last = pending + text;
      pending = '';
      stop();
      output.end(last);
      // The last bytes of a reader that takes nothing must not hold the connection for ever.
      const cut = setTimeout(() => output.destroy(), stalledAfterMs);
      output.once('close', () => clearTimeout(cut));
    },
  };
}

function untilDrained(output: Writable, stalledAfterMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void) => {
      clearTimeout(timer);
      output.off('drain', onDrain).off('close', onClose);
      finish();
    };
    const onDrain = () => settle(resolve);
    const onClose = () => settle(() => reject(new ManifoldError('client_closed_request', 'The client left.')));
    const timer = setTimeout(() => {
      settle(() => reject(new ManifoldError('client_closed_request', 'The client read too slowly and was cut off.')));
      output.destroy();
    }, stalledAfterMs);
    output.on('drain', onDrain).on('close', onClose);
    if (output.destroyed) onClose();
  });
}
