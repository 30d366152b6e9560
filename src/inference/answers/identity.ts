import { randomUUID } from 'node:crypto';

/** What names one answer: the same in every chunk of it, and never the engine's own. */
export interface Identity {
  readonly id: string;
  /** Whole Unix seconds. */
  readonly created: number;
  /** The model string exactly as the client wrote it. */
  readonly model: string;
}

/** A fresh identity per request; `given` names it where the client wants to. */
export function createIdentity(model: string, given = randomUUID().replaceAll('-', '')): Identity {
  return { id: `chatcmpl-${given}`, created: Math.floor(Date.now() / 1000), model };
}
