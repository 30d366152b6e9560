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
}

/** Where repositories come from: the mirror if one is configured, else the hub. The token goes to the hub only. */
export function createOrigin({ endpoint, token, mirror, env }: OriginOptions): {
  readonly origin: Origin;
  close(): Promise<void>;
} {
  if (mirror !== undefined && !/^https?:/i.test(mirror))
    return { origin: createFolderMirror(mirror), close: () => Promise.resolve() };
  if (mirror !== undefined) {
    const web = createWeb({ env });
    return { origin: createUrlMirror(web, new URL(mirror)), close: () => web.close() };
  }
  const authorization = new Map(token === undefined ? [] : [[new URL(endpoint).origin, `Bearer ${token}`]]);
  const web = createWeb({ env, authorization });
  return { origin: createHub({ web, endpoint, hasToken: token !== undefined }), close: () => web.close() };
}
