import type { z } from 'zod';

/** `null` in an optional field means the field is absent (OpenAI's SDKs send it). */
export const optional = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? undefined);

/** Absent or `null`, the field has this value. */
export const withDefault = <T extends z.ZodType>(schema: T, value: z.output<T>) =>
  schema
    .nullish()
    .transform((given): z.output<T> => given ?? value)
    .meta({ default: value });
