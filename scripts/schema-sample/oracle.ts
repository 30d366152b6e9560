import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Schema } from './fields.ts';

/** Says whether a value satisfies a schema, by another implementation than the project's. */
export function createOracle(schema: Schema): (value: unknown) => boolean {
  const ajv = addFormats.default(new Ajv.default({ strict: false, validateSchema: false, logger: false }));
  const validate = ajv.compile(modern(schema) as Schema);
  return (value) => validate(value);
}

/** What older drafts and OpenAPI spell otherwise, as 2020-12 does. */
function modern(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map(modern);
  const {
    $schema: _,
    id,
    nullable,
    ...rest
  } = Object.fromEntries(
    Object.entries(schema).map(([key, value]): [string, unknown] => [
      key,
      key === 'enum' || key === 'const' ? value : modern(value),
    ]),
  );
  const kept: Schema = typeof id === 'string' || id === undefined ? rest : { ...rest, id };
  if (kept['exclusiveMinimum'] === true) {
    kept['exclusiveMinimum'] = kept['minimum'];
    delete kept['minimum'];
  }
  if (Array.isArray(kept['items'])) {
    kept['prefixItems'] = kept['items'];
    kept['items'] = kept['additionalItems'] ?? true;
    delete kept['additionalItems'];
  }
  return nullable === true ? { anyOf: [kept, { type: 'null' }] } : kept;
}
