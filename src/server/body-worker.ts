import { Worker } from 'node:worker_threads';
import { programFile } from '../lib/program-file.ts';
import { ManifoldError, type ErrorCode } from '../errors.ts';
import type { JsonBounds } from '../lib/json-scan.ts';

/** Parses bodies in a thread of its own, started with the first one. */
export interface BodyWorker {
  parse(bytes: Uint8Array): Promise<object>;
  close(): Promise<void>;
}

/** What the thread sends back. */
export type ParsedBody =
  | { readonly id: number; readonly value: object }
  | {
      readonly id: number;
      readonly error: { readonly code: ErrorCode; readonly message: string; readonly param: string | undefined };
    };

interface Waiting {
  readonly resolve: (value: object) => void;
  readonly reject: (error: unknown) => void;
}

export function createBodyWorker(bounds: JsonBounds): BodyWorker {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let lastId = 0;

  const failAll = (cause: unknown) => {
    for (const { reject } of waiting.values()) reject(cause);
    waiting.clear();
    worker = undefined;
  };

  const start = () => {
    const thread = new Worker(programFile('./body-worker-thread', import.meta.url), { workerData: bounds });
    thread.unref();
    thread.on('message', (answer: ParsedBody) => {
      const request = waiting.get(answer.id);
      waiting.delete(answer.id);
      if ('value' in answer) request?.resolve(answer.value);
      else request?.reject(new ManifoldError(answer.error.code, answer.error.message, { param: answer.error.param }));
    });
    thread.on('error', failAll);
    thread.on('exit', () => failAll(new Error('The body thread ended.')));
    return thread;
  };

  return {
    parse(bytes) {
      worker ??= start();
      const id = ++lastId;
      const copy = new Uint8Array(bytes);
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        worker?.postMessage({ id, bytes: copy }, [copy.buffer]);
      });
    },
    async close() {
      await worker?.terminate();
    },
  };
}
