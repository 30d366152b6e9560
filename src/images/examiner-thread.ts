import { answerQuestions } from '../lib/thread-questions.ts';
import { examineImage } from './examine-image.ts';
import { ImageProblem } from './image-problem.ts';
import type { Answer, Question } from './examiner.ts';

answerQuestions(({ source, bounds }: Question): Answer => {
  try {
    const { base64, ...image } = examineImage(source, bounds);
    // The asker has its own text still.
    return { image: 'base64' in source && base64 === source.base64 ? image : { ...image, base64 } };
  } catch (failure) {
    return failure instanceof ImageProblem ? { problem: failure.message } : { failure: String(failure) };
  }
});
