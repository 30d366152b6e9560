import type { Client, Dispatcher } from 'undici';
import { ImageProblem } from '../image-problem.ts';
import { addressIn, createAddresses, type Addresses } from './addresses.ts';
import { createHostLookup, type HostLookup } from './host-lookup.ts';
import { checkImageUrl, type FetchRules, type ImageUrl } from './image-url.ts';
import { ImageUrlProblem } from './image-url-problem.ts';
import { readBody } from './read-body.ts';

/**
 * The bytes behind a URL, at most `maxBytes`. Rejects with an `ImageUrlProblem` when it is not fetched or brings nothing,
 * with the signal's reason when that is aborted.
 */
export type FetchImage = (url: string, maxBytes: number, signal: AbortSignal) => Promise<Uint8Array<ArrayBuffer>>;

interface FetchParts {
  readonly lookUp?: HostLookup;
  readonly addresses?: Addresses;
  /** Certificates to trust in place of the system's. */
  readonly ca?: string;
}

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Fetches images for clients who may name any URL, so that a request leads nowhere they could not go themselves. A host
 * is resolved once, each of its addresses is checked, and the connection is made to one of these; every redirect goes
 * through the same. Nothing of the client's request is sent on, and nothing that identifies this server but its name.
 */
export function createFetchImage(rules: FetchRules, parts: FetchParts = {}): FetchImage {
  const { lookUp = createHostLookup(), addresses = createAddresses(), ca } = parts;
  const { connectSeconds, firstByteSeconds } = rules.timeouts;

  const open = async ({ url, isNamed }: ImageUrl, signal: AbortSignal): Promise<Client> => {
    const isAllowed = isNamed ? addresses.isNameable : addresses.isPublic;
    const literal = addressIn(url.hostname);
    const found = literal === undefined ? await lookUp(url.hostname, isNamed, signal).catch(() => []) : [literal];
    signal.throwIfAborted();
    // One sentence for both, so that nobody learns which names exist inside.
    if (found.length === 0 || !found.every(isAllowed)) throw new ImageUrlProblem('has a host without a public address');
    // Loaded with the first image that is fetched: few servers fetch any.
    const { createPinnedClient } = await import('./pinned-client.ts');
    return createPinnedClient(url, {
      addresses: found,
      isAllowed,
      connectTimeoutMs: connectSeconds * 1000,
      firstByteTimeoutMs: firstByteSeconds * 1000,
      ca,
    });
  };

  return async (text, maxBytes, signal) => {
    let target = checkImageUrl(text, rules);
    for (let hops = 0; hops <= rules.maxRedirects; hops++) {
      const client = await open(target, signal);
      try {
        const response = await client.request(requestFor(target.url, signal));
        // It fails when the client is destroyed, also where it was left before its end.
        response.body.on('error', () => undefined);
        if (response.statusCode === 200) return await readBody(response, maxBytes);
        const { location } = response.headers;
        if (!redirects.has(response.statusCode) || typeof location !== 'string') {
          throw new ImageUrlProblem(`was answered with status ${response.statusCode}`);
        }
        target = checkImageUrl(location, rules, target.url);
      } catch (failure) {
        signal.throwIfAborted();
        if (failure instanceof ImageProblem || failure instanceof ImageUrlProblem) throw failure;
        throw new ImageUrlProblem('could not be fetched', { cause: failure });
      } finally {
        // A body that nobody reads is not waited for.
        client.destroy().catch(() => undefined);
      }
    }
    throw new ImageUrlProblem(`redirects more than ${rules.maxRedirects} times`);
  };
}

function requestFor(url: URL, signal: AbortSignal): Dispatcher.RequestOptions {
  const headers = {
    accept: 'image/png, image/jpeg, image/webp, image/gif',
    'accept-encoding': 'identity',
    'user-agent': 'manifold',
  };
  return { method: 'GET', path: url.pathname + url.search, headers, signal };
}
