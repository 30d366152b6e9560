import type { Used } from '../engine.ts';

/** How the stream of one request is read, over all its attempts. */
export interface Reading<T> {
  /** What an item lets out: nothing, itself, or what was held back before it. */
  take(item: T): readonly T[];
  /** Whether something has come that shows that the engine works. */
  hasContent(): boolean;
  /** Whether what was let out binds the request to this replica. */
  isCommitted(): boolean;
  /** Whether all that was promised has come, whatever becomes of the connection. */
  isWhole(): boolean;
  /** What is left to let out at a proper end; throws an `engine_error` where the stream may not end. */
  end(): readonly T[];
  /** What is known to have been used so far, where the engine told. */
  used(): Used | undefined;
  /** Forgets what another replica had begun. */
  restart(): void;
}
