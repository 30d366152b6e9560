import { z } from 'zod';

/** A URL, or the path of a folder. */
const mirror = z
  .string()
  .min(1)
  .refine((text) => !/^https?:/i.test(text) || URL.canParse(text), 'Write a URL, or the path of a folder');

/** Where weights come from and where they lie. */
export const weightsSettings = z.strictObject({
  /** The hub's cache, shared with its other tools. Default: `HF_HUB_CACHE`, `$HF_HOME/hub`, `~/.cache/huggingface/hub`. */
  cacheDir: z.string().min(1).optional(),
  /** Where files lie that were pulled from a URL or path. Default: `$XDG_CACHE_HOME/manifold/weights`. */
  filesDir: z.string().min(1).optional(),
  /** The hub. Default: `HF_ENDPOINT`, `https://huggingface.co`. */
  endpoint: z.url({ protocol: /^https?$/ }).optional(),
  /** Asked in place of the hub: a file server's URL, or a folder. */
  mirror: mirror.optional(),
  /** True: nothing is downloaded. Default: `HF_HUB_OFFLINE`. */
  offline: z.boolean().optional(),
  /** Hosts, `host` or `host:port`, of which a pull over HTTP may name URLs. The hub needs no mention. */
  allowHosts: z.array(z.string().regex(/^[\w.-]+(:\d{1,5})?$/, 'Write `host` or `host:port`')).default([]),
});
export type WeightsSettings = z.infer<typeof weightsSettings>;

/** Whether a model's path names weights of a hub. */
export function isHubReference(path: string): boolean {
  return path.startsWith('hf:');
}

/** The settings as they may be shown: names and passwords in their URLs are left out. */
export function withoutPasswords(settings: WeightsSettings): WeightsSettings {
  const shown = (text: string) => text.replace(/^(https?:\/\/)[^/]*@/i, '$1<redacted>@');
  const { mirror: from, endpoint } = settings;
  return {
    ...settings,
    ...(from !== undefined && { mirror: shown(from) }),
    ...(endpoint !== undefined && { endpoint: shown(endpoint) }),
  };
}

/** The settings with their paths made absolute. */
export function absoluteWeights(settings: WeightsSettings, absolute: (path: string) => string): WeightsSettings {
  const { cacheDir, filesDir, mirror: from } = settings;
  return {
    ...settings,
    ...(cacheDir !== undefined && { cacheDir: absolute(cacheDir) }),
    ...(filesDir !== undefined && { filesDir: absolute(filesDir) }),
    ...(from !== undefined && !/^https?:/i.test(from) && { mirror: absolute(from) }),
  };
}
