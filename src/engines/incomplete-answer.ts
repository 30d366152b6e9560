import { ManifoldError } from '../errors.ts';

/** A stream that is not what an engine promised; `what` goes on from "The model's stream". */
export function brokenStream(what: string): ManifoldError {
  return new ManifoldError('engine_error', `The model's stream ${what}. The answer is incomplete; try again.`);
}

/** Vectors of which one never came. */
export function missingEmbedding(): ManifoldError {
  return new ManifoldError('engine_error', 'The engine left out an embedding. The answer is incomplete; try again.');
}

/** Nobody waits for the rest of an answer. */
export function answerLeft(): ManifoldError {
  return new ManifoldError('client_closed_request', 'The answer was left before it was complete.');
}
