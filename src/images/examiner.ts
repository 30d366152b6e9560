import { programFile } from '../lib/program-file.ts';
import { createQuestionThread } from '../lib/thread-questions.ts';
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
  readonly source: ImageSource;
  readonly bounds: ImageBounds;
}

/** What the thread sends back. Without `base64` it is the text that was sent. */
export type Answer =
  | { readonly image: Omit<ExaminedImage, 'base64'> & { readonly base64?: string } }
  | { readonly problem: string }
  | { readonly failure: string };

/** Characters or bytes that are decoded and looked at here: about a millisecond. */
const mostLookedAtHere = 256 * 1024;

/** A backstop: what an image takes is bounded before. */
const resourceLimits = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 };

export function createExaminer(): Examiner {
  const turns = new Turns();
  const program = programFile('./examiner-thread', import.meta.url);
  const thread = createQuestionThread<Question, Answer>(program, { resourceLimits });
  return {
    async examine(source, bounds) {
      const size = 'bytes' in source ? source.bytes.length : source.base64.length;
      if (size <= mostLookedAtHere) {
        await turns.take();
        return examineImage(source, bounds);
      }
      const moved = 'bytes' in source ? [source.bytes.buffer] : [];
      const answer = await thread.ask({ source, bounds }, moved);
      if ('problem' in answer) throw new ImageProblem(answer.problem);
      if ('failure' in answer) throw new Error(answer.failure);
      const { base64 = 'base64' in source ? source.base64 : '', ...image } = answer.image;
      return { ...image, base64 };
    },
    close: () => thread.close(),
  };
}
