import { Worker } from 'node:worker_threads';
import { programFile } from '../lib/program-file.ts';
import { Turns } from '../lib/turns.ts';
import { examineImage, type ExaminedImage, type ImageBounds, type ImageSource } from './examine-image.ts';
import { ImageProblem } from './image-problem.ts';

/** Looks at images, the large ones in a thread of its own. */
export interface Examiner {
  /** Rejects with an `ImageProblem` when the image is not taken. */
  examine(source: ImageSource, bounds: ImageBounds): Promise<ExaminedImage>;
  close(): Promise<void>;
}

/** What the thread is sent. */
export interface Question {
  readonly id: number;
  readonly source: ImageSource;
  readonly bounds: ImageBounds;
}

/** What the thread sends back. Without `base64` it is the text that was sent. */
export type Answer = { readonly id: number } & (
  | { readonly image: Omit<ExaminedImage, 'base64'> & { readonly base64?: string } }
  | { readonly problem: string }
  | { readonly failure: string }
);

/** Characters or bytes that are decoded and looked at here: about a millisecond. */
const mostLookedAtHere = 256 * 1024;

/** A backstop: what an image takes is bounded before. */
const resourceLimits = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 };

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (cause: unknown) => void;
}

/** The thread starts with the first large image, and anew with the next one when it has failed. */
export function createExaminer(): Examiner {
  const turns = new Turns();
  const waiting = new Map<number, Waiting>();
  let thread: Worker | undefined;
  let lastId = 0;

  const start = (): Worker => {
    const worker = new Worker(programFile('./examiner-thread', import.meta.url), { resourceLimits });
    worker.unref();
    worker.on('message', (answer: Answer) => {
      waiting.get(answer.id)?.resolve(answer);
      waiting.delete(answer.id);
    });
    const failAll = (cause: unknown) => {
      if (thread !== worker) return;
      thread = undefined;
      for (const { reject } of waiting.values()) reject(cause);
      waiting.clear();
    };
    worker.on('error', failAll);
    worker.on('exit', () => failAll(new Error('The thread that looks at images ended.')));
    return worker;
  };

  const ask = (source: ImageSource, bounds: ImageBounds): Promise<Answer> => {
    thread ??= start();
    const id = ++lastId;
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    waiting.set(id, { resolve, reject });
    const moved = 'bytes' in source ? [source.bytes.buffer] : [];
    thread.postMessage({ id, source, bounds } satisfies Question, moved);
    return promise;
  };

  return {
    async examine(source, bounds) {
      const size = 'bytes' in source ? source.bytes.length : source.base64.length;
      if (size <= mostLookedAtHere) {
        await turns.take();
        return examineImage(source, bounds);
      }
      const answer = await ask(source, bounds);
      if ('problem' in answer) throw new ImageProblem(answer.problem);
      if ('failure' in answer) throw new Error(answer.failure);
      const { base64 = 'base64' in source ? source.base64 : '', ...image } = answer.image;
      return { ...image, base64 };
    },
    async close() {
      await thread?.terminate();
    },
  };
}
