import { Dict } from './dict.ts';
import type { Value } from './value.ts';

/**
 * A copy of plain data as a template's values. Only own keys of objects are seen, and functions are undefined, so that
 * nothing of JavaScript can be reached and nothing of the caller can be changed. A dict is a value already, made for one
 * rendering.
 */
export function fromJs(data: unknown): Value {
  switch (typeof data) {
    case 'string':
    case 'boolean':
    case 'bigint':
      return data;
    case 'number':
      return Number.isSafeInteger(data) ? BigInt(data) : data;
    case 'object':
      if (data === null || data instanceof Dict) return data;
      return Array.isArray(data)
        ? data.map(fromJs)
        : new Dict(Object.entries(data).flatMap(([key, value]) => (value === undefined ? [] : [[key, fromJs(value)]])));
    default:
      return undefined;
  }
}
