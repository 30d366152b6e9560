import { z } from 'zod';
import { createKeyRequest } from '../key.ts';

/** It comes in a header, in which nothing else can be written. */
const plain = z.string().regex(/^[\x21-\x7e]{16,512}$/, 'A key is 16 to 512 visible ASCII characters, without blanks');

/** A key of the configuration: its text alone, for answers and metrics, or beside it what it may do. */
export const configuredKey = z.union(
  [
    plain,
    z.strictObject({
      key: plain,
      /** Names it in logs and records as `config_<id>`. Default: its place in the list. */
      id: z
        .string()
        .regex(/^[\w.-]{1,64}$/)
        .optional(),
      ...createKeyRequest.shape,
    }),
  ],
  { error: 'A key is a text, in quotes where it is all digits, or `key: …` beside what it may do' },
);
export type ConfiguredKey = z.infer<typeof configuredKey>;
