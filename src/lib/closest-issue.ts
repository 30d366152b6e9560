import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/**
 * What is wrong with a value that no branch of a union took, by the branch that it nearly was: the one whose first
 * complaint lies deepest. Undefined when all fail at the top.
 */
export function closestIssue(branches: readonly (readonly Issue[])[]): Issue | undefined {
  const first = branches.flatMap((issues) => issues.slice(0, 1));
  const deepest = first.toSorted((a, b) => depth(b) - depth(a))[0];
  return deepest && depth(deepest) > 0 ? deepest : undefined;
}

/** A complaint about the value but not about its type counts as nearer than one about the type. */
function depth(issue: Issue): number {
  return issue.path.length + (issue.code === 'invalid_type' ? 0 : 0.5);
}
