import { ManifoldError } from '../../errors.ts';

/** What a request is told that gets no loaded model, though nothing is wrong with it. */
export const stillLoading = () =>
  new ManifoldError(
    'model_loading',
    'The model is still loading, or waits for memory that other models use; try again shortly.',
    { retryAfterSeconds: 5 },
  );

export const tooManyWaiting = () =>
  new ManifoldError('engine_overloaded', 'Too many requests wait for this model to be loaded; try again shortly.', {
    retryAfterSeconds: 5,
  });

export const shuttingDown = () =>
  new ManifoldError('shutting_down', 'The server is shutting down.', { retryAfterSeconds: 5 });
