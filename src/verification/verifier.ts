import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { OutputConstraint } from '../api/internal/engine-request.ts';
import { programFile } from '../lib/program-file.ts';
import { unlessAborted } from '../lib/unless-aborted.ts';

/** Holds finished texts against what they had to be, one after the other, in a thread of its own. */
export interface Verifier {
  /**
   * What is wrong with a text, as the end of a sentence that begins with "it"; undefined where nothing is. Rejects
   * when that cannot be told within the bounds on time and memory, and with the reason of `signal` once it is aborted.
   */
  findProblem(text: string, output: OutputConstraint, signal: AbortSignal): Promise<string | undefined>;
  close(): Promise<void>;
}

/** What the thread is sent: a text, and an `OutputConstraint` as JSON. */
export interface Question {
  readonly text: string;
  readonly output: string;
}

/** What the thread sends back for each text. */
export type Finding = { readonly problem: string | undefined } | { readonly failure: string };

/** A backstop: what a text and a schema take is bounded before. */
const resourceLimits = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 16, stackSizeMb: 16 };

/** The thread starts with the first text, and anew with the next one after a text that it could not bear. */
export function createVerifier({ timeoutMs = 2000 }: { readonly timeoutMs?: number } = {}): Verifier {
  let thread: Promise<Worker> | undefined;
  let last: Promise<unknown> = Promise.resolve();

  /** The thread that runs, or a new one. One that ends is not used again. */
  const ready = (): Promise<Worker> => {
    if (thread !== undefined) return thread;
    const started = start(() => {
      if (thread === started) thread = undefined;
    });
    thread = started;
    return started;
  };

  const find = async (text: string, output: OutputConstraint): Promise<string | undefined> => {
    const worker = await ready();
    const limit = new AbortController();
    // Where this thread was busy itself, a finding may have come that nobody has read yet.
    const timer = setTimeout(() => setImmediate(() => limit.abort()), timeoutMs);
    const found = once(worker, 'message', { signal: limit.signal });
    // As JSON: cloning a large schema would take this thread several times as long.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    worker.postMessage({ text, output: JSON.stringify(output) } satisfies Question);
    try {
      const [finding] = (await found) as [Finding];
      if ('failure' in finding) throw new Error(finding.failure);
      return finding.problem;
    } catch (failure) {
      if (limit.signal.aborted) await worker.terminate();
      throw failure;
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    async findProblem(text, output, signal) {
      const found = last.then(() => {
        signal.throwIfAborted();
        return find(text, output);
      });
      last = found.catch(() => undefined);
      return unlessAborted(found, signal);
    },
    async close() {
      await (await thread?.catch(() => undefined))?.terminate();
    },
  };
}

/** A thread that has loaded what it needs. `onEnd` is called when it fails or ends, at least once. */
async function start(onEnd: () => void): Promise<Worker> {
  const worker = new Worker(programFile('./verifier-thread', import.meta.url), { resourceLimits });
  worker.unref();
  worker.on('error', onEnd);
  worker.on('exit', onEnd);
  await once(worker, 'message');
  return worker;
}
