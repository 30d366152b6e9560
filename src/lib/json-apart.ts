import { Worker } from 'node:worker_threads';
import { programFile } from './program-file.ts';

/** A long JSON text that is parsed in a thread of its own, which lives as long as that takes. */
export interface JsonApart {
  /** Adds bytes of the text. */
  push(bytes: Uint8Array): void;
  /** The value, once all bytes are there. Rejects with what is wrong with the text. */
  end(): Promise<unknown>;
  /** Ends the thread, whatever it is doing. */
  stop(): void;
}

/** What the thread sends back. */
export type ParsedApart = { readonly value: unknown } | { readonly problem: string };

/** Starts a thread for one text. */
export function parseJsonApart(): JsonApart {
  const thread = new Worker(programFile('./json-apart-thread', import.meta.url), { argv: [], execArgv: [] });
  const parsed = new Promise<unknown>((resolve, reject) => {
    thread.on('message', (answer: ParsedApart) => {
      if ('value' in answer) resolve(answer.value);
      else reject(new SyntaxError(answer.problem));
    });
    thread.on('error', reject);
    thread.on('exit', () => reject(new Error('The thread that parses an answer ended.')));
  });
  // One that is stopped is not waited for.
  parsed.catch(() => undefined);
  /* oxlint-disable unicorn/require-post-message-target-origin -- a thread has no origin */
  return {
    push(bytes) {
      // A copy of its own: what a piece is a part of would be copied as a whole.
      const own = new Uint8Array(bytes);
      thread.postMessage(own, [own.buffer]);
    },
    end() {
      thread.postMessage(null);
      return parsed.finally(() => void thread.terminate());
    },
    stop: () => void thread.terminate(),
  };
}
