import type { Engine } from './engine.ts';

/** A model string and the engine that answers to it. */
export interface ServedModel {
  readonly id: string;
  readonly engine: Engine;
  /** Whether another one of the same id goes first: nobody asked for this one by name. Default: it does not matter. */
  readonly isFallback?: boolean;
  /** Unix seconds. */
  readonly created: number;
  readonly ownedBy: string;
  /** Whether a server elsewhere runs it; of several engines, whether those that are ready all do. Default: it runs here. */
  readonly isElsewhere?: boolean;
  /** The model whose adapter this is. */
  readonly base?: string;
}

/** Whose a model of this machine is, as far as its id tells. */
export function ownerOf(id: string): string {
  const at = id.indexOf('/');
  return at === -1 ? 'manifold' : id.slice(0, at);
}
