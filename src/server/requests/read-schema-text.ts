import { invalidValue } from '../../errors.ts';
import { isObject } from '../../lib/is-object.ts';
import { scanJson } from '../../lib/json-scan.ts';

/** Of the text of a schema: deeper or with more values than any that can be held to. */
const bounds = { maxDepth: 128, maxValues: 50_000 };

/** A JSON Schema that a client sent as text within a field, or a 400 that names the field. */
export function readSchemaText(text: string, param: string): Record<string, unknown> {
  const refuse = (problem: string, cause?: unknown) =>
    invalidValue(param, `${problem} Send the schema as an object.`, cause);
  const fault = scanJson(text, bounds);
  if (fault?.kind === 'duplicate_key')
    throw refuse(`an object in this text has the key ${JSON.stringify(fault.key.slice(0, 128))} twice.`);
  if (fault !== undefined) throw refuse('this text is nested too deep or holds too many values.');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw refuse('this text is not JSON.', cause);
  }
  if (!isObject(value)) throw refuse('this text is not a JSON object.');
  return value;
}
