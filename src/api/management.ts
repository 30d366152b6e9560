import { z } from 'zod';

/** NIM's licence answer. */
export const license = z.object({
  name: z.string(),
  /** Relative to the package's root. */
  path: z.string(),
  /** SHA-1 of the content. */
  sha: z.string(),
  /** Characters of the content. */
  size: z.int(),
  url: z.string(),
  type: z.literal('file'),
  content: z.string(),
});
export type License = z.infer<typeof license>;

/** NIM's metadata answer. */
export const metadata = z.object({
  version: z.string(),
  /** What a container needs beside the models: nothing. */
  assetInfo: z.array(z.string()),
  licenseInfo: license,
  modelInfo: z.array(z.object({ shortName: z.string() })),
  /** Empty: models come from where the configuration says. */
  repository_override: z.string(),
  /** Empty: there are no profiles to select from. */
  selectedModelProfileId: z.string(),
});

/** NIM's manifest answer: YAML that lists what is served. */
export const manifest = z.object({ manifest_file: z.string(), repository_override: z.string() });
