import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { hostCommand, type HostCommand } from '../api/internal/engine-host.ts';

/** What the supervisor tells this host. */
export interface Commands {
  /** Resolves with the bytes that loading may take, once it may begin; null: whatever is free. */
  readonly loading: Promise<number | null>;
  /** Hears from now on with how many threads to compute, and at once if that was said before. */
  onThreads(listener: (threads: number) => void): void;
}

/** Reads commands, one JSON line each; a line that is none is ignored. `onEnd` is called when there will be no more. */
export function readCommands(input: Readable, onEnd: () => void): Commands {
  const loading = Promise.withResolvers<number | null>();
  let threads: number | undefined;
  let tell: (threads: number) => void = () => undefined;
  input.once('end', onEnd);
  input.once('error', onEnd);
  createInterface({ input }).on('line', (line) => {
    const command = parse(line);
    if (command?.command === 'load') loading.resolve(command.bytes);
    if (command?.command === 'threads') {
      ({ threads } = command);
      tell(threads);
    }
  });
  return {
    loading: loading.promise,
    onThreads(listener) {
      tell = listener;
      if (threads !== undefined) listener(threads);
    },
  };
}

function parse(line: string): HostCommand | undefined {
  try {
    return hostCommand.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
