import { createFolderMirror } from './folder-mirror.ts';
import { createHub } from './hub.ts';
import type { Origin } from './origin.ts';
import { createUrlMirror } from './url-mirror.ts';
import { createWeb } from './web.ts';

interface OriginOptions {
  readonly endpoint: string;
  readonly token?: string | undefined;
  readonly mirror?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly silenceTimeoutMs?: number;
}

/** Where repositories come from: the mirror if one is configured, else the hub. The token goes to the hub only. */
export function createOrigin({ endpoint, token, mirror, ...network }: OriginOptions): {
  readonly origin: Origin;
  close(): Promise<void>;
} {
  if (mirror !== undefined && !/^https?:/i.test(mirror))
    return { origin: createFolderMirror(mirror), close: () => Promise.resolve() };
  if (mirror !== undefined) {
    const web = createWeb(network);
    return { origin: createUrlMirror(web, new URL(mirror)), close: () => web.close() };
  }
  const authorization = new Map(token === undefined ? [] : [[new URL(endpoint).origin, `Bearer ${token}`]]);
  const web = createWeb({ ...network, authorization });
  return { origin: createHub({ web, endpoint, hasToken: token !== undefined }), close: () => web.close() };
}
