import { addColon, addComma, addSpace } from './json-text.ts';
import { limits } from './limits.ts';
import { literal } from './literal.ts';
import type { Translation } from './schema-node.ts';
import { UnsupportedSchema } from './unsupported-schema.ts';

interface Members {
  readonly properties: readonly { readonly name: string; readonly isRequired: boolean; readonly value: string }[];
  /** Alternatives for one member beyond the declared ones, without its first quote. */
  readonly extras: readonly string[];
  readonly counts: { readonly min: number; readonly max: number; readonly path: string };
}

/**
 * The text of an object as a machine whose states are the next declared property and the members so far, the
 * latter counted only where their number matters. The comma and the quote come before the choice of a property,
 * so that the native code follows many possibilities within a key only.
 */
export function objectBody({ properties, extras, counts }: Members, translation: Translation): string {
  const { builder } = translation;
  const { min, max } = within(counts, properties.length, translation);
  const [space, comma, colon] = [addSpace(builder), addComma(builder), addColon(builder)];
  const last = max < Infinity ? max : min;
  const next = (count: number) => Math.min(count + 1, last);
  const required = countsFrom(properties);
  const close = `${space} "}"`;
  const extra = extras.length === 0 ? undefined : builder.add('extra', extras.join(' | '));

  /** What may follow the member before property `at`, by count; undefined where that cannot end well. */
  let after: (string | undefined)[] = [];
  let key: (string | undefined)[] = [];
  for (let at = properties.length; at >= 0; at--) {
    const property = properties[at];
    const keyHere: (string | undefined)[] = [];
    const afterHere: (string | undefined)[] = [];
    // Downwards, since a member leads to a greater count: extras stay at the same property.
    for (let count = last; count >= 0; count--) {
      const isLoop = property === undefined && next(count) === count;
      const own = isLoop ? builder.reserve('more') : undefined;
      const following = property === undefined ? (own ?? afterHere[next(count)]) : after[next(count)];
      const mayTake = count < max;
      const options: string[] = [];
      if (mayTake && property === undefined && extra !== undefined && following !== undefined) {
        options.push(`${extra} ${following}`);
      }
      if (mayTake && property !== undefined && following !== undefined) {
        options.push(`${literal(JSON.stringify(property.name).slice(1))} ${colon} ${property.value} ${following}`);
      }
      if (property !== undefined && !property.isRequired && key[count] !== undefined) options.push(key[count] ?? '');
      keyHere[count] = options.length === 0 ? undefined : builder.add('key', options.join(' | '));
      const endings: string[] = [];
      if (keyHere[count] !== undefined) endings.push(`${comma} "\\"" ${keyHere[count]}`);
      if (required[at] === 0 && count >= min) endings.push(close);
      if (own !== undefined) builder.define(own, endings.join(' | '));
      afterHere[count] = endings.length === 0 ? undefined : (own ?? builder.add('more', endings.join(' | ')));
    }
    [after, key] = [afterHere, keyHere];
  }
  const bodies: string[] = [];
  if (key[0] !== undefined) bodies.push(`"{" ${space} "\\"" ${key[0]}`);
  if (required[0] === 0 && min === 0) bodies.push('"{}"');
  if (bodies.length === 0)
    throw new UnsupportedSchema('minProperties', counts.path, 'no object has so many properties.');
  return bodies.join(' | ');
}

/** How many of the properties from each on are required; one more for the end. */
function countsFrom(properties: Members['properties']): number[] {
  const counts = Array.from({ length: properties.length + 1 }, () => 0);
  for (let at = properties.length - 1; at >= 0; at--) {
    counts[at] = (counts[at + 1] ?? 0) + (properties[at]?.isRequired === true ? 1 : 0);
  }
  return counts;
}

/** The counts that the machine can afford to keep; the others are relaxed. */
function within({ min, max, path }: Members['counts'], declared: number, translation: Translation) {
  const states = (declared + 1) * ((max < Infinity ? max : min) + 1);
  if (states <= limits.memberStates) return { min, max };
  if (min > 0) translation.relax('minProperties', path);
  if (max < Infinity) translation.relax('maxProperties', path);
  return { min: 0, max: Infinity };
}
