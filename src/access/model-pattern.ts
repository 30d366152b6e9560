import { matchesGlob } from '../lib/glob.ts';

/** A model as far as patterns of models can tell models apart. */
export interface NamedModel {
  readonly id: string;
  readonly family?: string | undefined;
}

const familyPrefix = 'family:';

/** Whether a pattern means the model: its id, a glob of ids (`meta/*`), or its family (`family:llama`). */
export function meansModel(pattern: string, { id, family }: NamedModel): boolean {
  if (pattern === id) return true;
  if (pattern.startsWith(familyPrefix)) return family !== undefined && pattern === familyPrefix + family;
  return pattern.includes('*') && matchesGlob(pattern, id);
}

/** Whether every model that `inner` can mean is meant by `outer` too. False where that cannot be told. */
export function coversModels(outer: string, inner: string): boolean {
  if (outer === inner || outer === '*') return true;
  const isFamily = outer.startsWith(familyPrefix) || inner.startsWith(familyPrefix);
  // A star of `inner` falls to a star of `outer`, which then takes whatever it stands for.
  return !isFamily && matchesGlob(outer, inner);
}
