import type { z } from 'zod';
import { closestIssue } from '../lib/closest-issue.ts';
import type { Merged } from './merge-settings.ts';
import { valueAt } from './value-at.ts';

/** What is wrong with a configuration, as one line: the key, where it came from, what is wrong. */
export function explainIssues(issues: readonly z.core.$ZodIssue[], merged: Merged): string {
  const [first] = issues;
  if (first === undefined) return 'The configuration is invalid.';
  const more = issues.length === 1 ? '' : ` (and ${issues.length - 1} more)`;
  return `${explain(first, merged)}${more}`;
}

function explain(issue: z.core.$ZodIssue, { values, origins }: Merged): string {
  if (issue.code === 'invalid_union') {
    const closest = closestIssue(issue.errors);
    if (closest) return explain({ ...closest, path: [...issue.path, ...closest.path] }, { values, origins });
  }
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    const keys = issue.keys.map((key) => [...path, key].join('.'));
    const origin = originOf(keys[0] ?? '', origins);
    const fix = `remove ${keys.length === 1 ? 'it' : 'them'} or see \`manifold config --schema\``;
    return `${keys.join(', ')}: unknown ${keys.length === 1 ? 'key' : 'keys'} in ${origin}; ${fix}.`;
  }
  const key = path.join('.');
  const given = valueAt(values, path);
  if (given === undefined && issue.code === 'invalid_type') {
    return `${key || 'the configuration'}: It is missing; what ${originOf(path.slice(0, -1).join('.'), origins)} says needs it.`;
  }
  const shown = given === undefined || isSecret(key) ? '' : ` Given: ${JSON.stringify(given)}.`;
  return `${key || 'the configuration'} (from ${originOf(key, origins)}): ${sentence(issue.message)}${shown}`;
}

/** The origin of a path, or of the nearest thing that holds it or that it holds. */
function originOf(path: string, origins: ReadonlyMap<string, string>): string {
  for (let at = path; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) {
    const origin = origins.get(at);
    if (origin !== undefined) return origin;
  }
  const inside = [...origins].find(([known]) => known.startsWith(`${path}.`));
  return inside?.[1] ?? 'the defaults';
}

/** A key may stand where none belongs, and a password in a URL. */
function isSecret(path: string): boolean {
  return /^(auth|weights)(\.|$)/.test(path);
}

function sentence(message: string): string {
  return message.endsWith('.') ? message : `${message}.`;
}
