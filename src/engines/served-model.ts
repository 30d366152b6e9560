import type { Engine } from './engine.ts';

/** A model string and the engine that answers to it. */
export interface ServedModel {
  readonly id: string;
  readonly engine: Engine;
  /** Unix seconds. */
  readonly created: number;
  readonly ownedBy: string;
  /** Whether a server elsewhere runs it. Default: it runs here. */
  readonly isElsewhere?: boolean;
}
