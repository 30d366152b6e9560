import type { z } from 'zod';
import { ManifoldError, type ErrorCode } from '../../errors.ts';
import { closestIssue } from '../../lib/closest-issue.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** The parsed value, or a 400 that names the field at fault as a client would write it: `messages[3].role`. */
export function validate<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  if (!issue) throw new ManifoldError('invalid_value', 'The request body is not valid.');
  const { path, message, code } = explain(issue, issue.path, value);
  const param = formatPath(path);
  throw new ManifoldError(code, param ? `\`${param}\`: ${message}` : message, { param: param || undefined });
}

interface Explanation {
  readonly path: Path;
  readonly message: string;
  readonly code: ErrorCode;
}

function explain(issue: Issue, path: Path, root: unknown): Explanation {
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const closest = closestIssue(issue.errors);
    if (closest) return explain(closest, [...path, ...closest.path], root);
  }
  if (issue.code === 'unrecognized_keys')
    return {
      path: [...path, ...issue.keys.slice(0, 1)],
      message: 'Unknown field. Leave it out.',
      code: 'invalid_value',
    };
  const given = valueAt(root, path);
  if (given === undefined) return { path, message: 'This field is required.', code: 'missing_required_parameter' };
  if (issue.code === 'invalid_union') return explainUnion(issue, path, given);
  // What is wrong with a key is said by the key's own schema.
  if (issue.code === 'invalid_key')
    return { path, message: issue.issues[0]?.message ?? issue.message, code: 'invalid_value' };
  return { path, message: issue.message, code: issue.code === 'invalid_type' ? 'invalid_type' : 'invalid_value' };
}

/** Of a value that is like no member of a union: which types or values it may have. */
function explainUnion(issue: Issue & { readonly code: 'invalid_union' }, path: Path, given: unknown): Explanation {
  const types = issue.errors.map(([first]) => (first?.code === 'invalid_type' ? first.expected : undefined));
  if (types.length > 0 && !types.includes(undefined))
    return {
      path,
      message: `Invalid input: expected ${types.join(' or ')}, received ${typeName(given)}`,
      code: 'invalid_type',
    };
  const accepted = 'options' in issue ? issue.options?.map((option) => JSON.stringify(option)).join('|') : undefined;
  const told = `${JSON.stringify(given)?.slice(0, 64)} is not one of the accepted values`;
  return { path, message: accepted ? `${told}: ${accepted}` : `${told}.`, code: 'invalid_value' };
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function formatPath(path: Path): string {
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index > 0 ? '.' : ''}${String(key)}`))
    .join('')
    .slice(0, 256);
}
