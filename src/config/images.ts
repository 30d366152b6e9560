import { z } from 'zod';

const formats = z.enum(['png', 'jpeg', 'webp', 'gif']);

/** `host`, `host:port`, `[::1]:8080`, or `*`. */
const allowedHost = z
  .string()
  .regex(/^(\*|([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?)$/i, 'Write `host`, `host:port` or `*`, without a scheme or path');

const seconds = (value: number) => z.number().gt(0).max(600).default(value);

/** Images in messages: what they may be, and from where they may be fetched. */
export const imageSettings = z.strictObject({
  /** Whether images behind `https:` URLs are fetched. Data URLs always work. */
  remote: z.boolean().default(false),
  /** Whether `http:` URLs are too. */
  http: z.boolean().default(false),
  /**
   * Hosts that are fetched from. `*`: any with a public address, on the usual port. A host that is named may have a
   * private address, and with `:port` another port.
   */
  allowHosts: z.array(allowedHost).default(['*']),
  /** Redirects that are followed. */
  maxRedirects: z.int().min(0).max(10).default(3),
  /** Images in one request. */
  maxCount: z.int().min(0).max(1024).default(16),
  /** Bytes of one image. */
  maxBytes: z
    .int()
    .min(1)
    .default(10 * 1024 * 1024),
  /** Bytes of all images of one request. */
  maxTotalBytes: z
    .int()
    .min(1)
    .default(32 * 1024 * 1024),
  /** Width times height of one image. */
  maxPixels: z.int().min(1).default(20_000_000),
  formats: z.array(formats).min(1).default(formats.options),
  timeouts: z
    .strictObject({
      /** Seconds to a connection. */
      connectSeconds: seconds(2),
      /** Seconds to an answer's headers, and then from byte to byte. */
      firstByteSeconds: seconds(3),
      /** Seconds for all images of a request. */
      totalSeconds: seconds(5),
    })
    .prefault({}),
});
