import { randomBytes } from 'node:crypto';

/** What names one answer: the same in every chunk of it, and never the engine's own. */
export interface Identity {
  readonly id: string;
  /** Whole Unix seconds. */
  readonly created: number;
  /** The model string exactly as the client wrote it. */
  readonly model: string;
}

/** A fresh identity per request. */
export function createIdentity(model: string): Identity {
  return { id: `chatcmpl-${randomBytes(16).toString('hex')}`, created: Math.floor(Date.now() / 1000), model };
}
