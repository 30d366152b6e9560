import { parentPort } from 'node:worker_threads';
import { examineImage } from './examine-image.ts';
import { ImageProblem } from './image-problem.ts';
import type { Answer, Question } from './examiner.ts';

/* oxlint-disable unicorn/require-post-message-target-origin -- a thread's port has no origin */

parentPort?.on('message', (question: Question) => {
  parentPort?.postMessage({ id: question.id, ...examined(question) } satisfies Answer);
});

function examined({ source, bounds }: Question) {
  try {
    const { base64, ...image } = examineImage(source, bounds);
    // The asker has its own text still.
    return { image: 'base64' in source && base64 === source.base64 ? image : { ...image, base64 } };
  } catch (failure) {
    return failure instanceof ImageProblem ? { problem: failure.message } : { failure: String(failure) };
  }
}
