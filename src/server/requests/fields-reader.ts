import type { z } from 'zod';
import { validate } from './validate.ts';

/** What a schema says of its fields while they are absent. */
interface Fields {
  readonly schemas: ReadonlyMap<string, z.ZodType>;
  /** Every field that may be absent, with the value that it has then. */
  readonly absent: Readonly<Record<string, unknown>>;
  readonly required: ReadonlySet<string>;
}

/**
 * Reads an object as `validate` does, for schemas of many fields of which a request has few: only those that are there
 * are looked at, and the others have what the schema gives them. The object that comes out has all fields.
 */
export function createFieldsReader<T extends z.ZodObject>(
  schema: T,
): (value: Readonly<Record<string, unknown>>) => z.output<T> {
  let known: Fields | undefined;
  return (value) => {
    const { schemas, absent, required } = (known ??= fieldsOf(schema));
    const read: Record<string, unknown> = { ...absent };
    let found = 0;
    for (const name of Object.keys(value)) {
      const field = schemas.get(name);
      if (field === undefined) continue;
      const result = field.safeParse(value[name]);
      // Of several faults the schema's order says which is told.
      if (!result.success) return validate(schema, value);
      read[name] = result.data;
      if (required.has(name)) found++;
    }
    return found < required.size ? validate(schema, value) : (read as z.output<T>);
  };
}

function fieldsOf(schema: z.ZodObject): Fields {
  const schemas = Object.entries<z.ZodType>(schema.shape);
  const absent: [string, unknown][] = [];
  const required = new Set<string>();
  for (const [name, field] of schemas) {
    const result = field.safeParse(undefined);
    if (result.success) absent.push([name, Object.freeze(result.data)]);
    else required.add(name);
  }
  // An object whose fields are set one by one becomes a hash table, and so does every copy of it.
  return { schemas: new Map(schemas), absent: Object.fromEntries(absent), required };
}
