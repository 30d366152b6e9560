import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { ManifoldError } from '../../../errors.ts';
import { decoded, shown } from '../reference.ts';

export interface WebAnswer {
  /** Where the redirects led. */
  readonly url: URL;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Has to be read or destroyed. */
  readonly body: Readable;
}

export interface Web {
  /** Follows redirects. Throws `download_failed` or `upstream_tls` when nothing answers. */
  get(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<WebAnswer>;
  close(): Promise<void>;
}

export interface WebOptions {
  /** `Authorization` by origin: sent there and nowhere else, wherever a redirect leads. */
  readonly authorization?: ReadonlyMap<string, string>;
  /** Variables that name proxies: `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`, or lower case. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Asked about every URL, redirects included. Default: all are. */
  readonly isAllowed?: ((url: URL) => boolean) | undefined;
  readonly connectTimeoutMs?: number;
  /** The longest silence. */
  readonly silenceTimeoutMs?: number;
}

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const mostRedirects = 10;

/** GETs for weights: through the proxies of the environment, with credentials that go only where they belong. */
export function createWeb(options: WebOptions = {}): Web {
  const { env = {}, isAllowed = () => true, connectTimeoutMs = 15_000, silenceTimeoutMs = 60_000 } = options;
  const variable = (name: string) => env[name] ?? env[name.toUpperCase()] ?? '';
  // Loaded by the first request: a server that pulls nothing starts sooner without it.
  const open = async () => {
    const { EnvHttpProxyAgent, request } = await import('undici');
    const dispatcher = new EnvHttpProxyAgent({
      httpProxy: variable('http_proxy'),
      httpsProxy: variable('https_proxy') || variable('http_proxy'),
      noProxy: variable('no_proxy'),
      headersTimeout: silenceTimeoutMs,
      bodyTimeout: silenceTimeoutMs,
      connect: { timeout: connectTimeoutMs },
    });
    return { request, dispatcher };
  };
  let opened: ReturnType<typeof open> | undefined;

  const ask = async (url: URL, given: Readonly<Record<string, string>>, signal: AbortSignal) => {
    const headers = { 'user-agent': 'manifold', 'accept-encoding': 'identity', ...given };
    const { request, dispatcher } = await (opened ??= open());
    return request(url, { dispatcher, headers, signal }).catch((cause: unknown) => {
      signal.throwIfAborted();
      throw unreachable(url, cause);
    });
  };

  return {
    async get(asked, headers, signal) {
      const own = withoutCredentials(asked);
      let { url } = own;
      const credentials = (at: URL) =>
        options.authorization?.get(at.origin) ?? (at.origin === own.url.origin ? own.authorization : undefined);
      for (let hops = 0; hops <= mostRedirects; hops++) {
        if (!isAllowed(url)) throw refused(url);
        const {
          statusCode,
          headers: answered,
          body,
        } = await ask(url, withAuthorization(headers, credentials(url)), signal);
        const { location } = answered;
        if (!redirects.has(statusCode) || typeof location !== 'string')
          return { url, status: statusCode, headers: answered, body };
        await body.dump({ limit: 64 * 1024, signal });
        const next = URL.parse(location, url.href);
        if (next === null || !/^https?:$/.test(next.protocol)) throw badRedirect(url, 'to no address');
        if (url.protocol === 'https:' && next.protocol === 'http:') throw badRedirect(url, 'from https to http');
        url = next;
      }
      throw badRedirect(asked, `more than ${mostRedirects} times`);
    },
    close: async () => (await opened)?.dispatcher.destroy(),
  };
}

function withAuthorization(headers: Readonly<Record<string, string>>, authorization: string | undefined) {
  return authorization === undefined ? headers : { ...headers, authorization };
}

/** A URL without the name and password in it, and the `Authorization` that they make. */
function withoutCredentials(given: URL): { readonly url: URL; readonly authorization: string | undefined } {
  const url = new URL(given);
  const { username, password } = url;
  url.username = '';
  url.password = '';
  if (username === '' && password === '') return { url, authorization: undefined };
  const pair = `${decoded(username)}:${decoded(password)}`;
  return { url, authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

function unreachable(url: URL, cause: unknown): ManifoldError {
  const reason = reasonOf(cause);
  if (/CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET_ISSUER)/.test(reason))
    return new ManifoldError(
      'upstream_tls',
      `The certificate of ${url.host} is not trusted (${reason}); NODE_EXTRA_CA_CERTS names a file with more.`,
      { cause },
    );
  return new ManifoldError('download_failed', `${url.origin} cannot be reached (${reason}).`, { cause });
}

/** The code or the words of a failure, without addresses that may hold signatures. */
export function reasonOf(cause: unknown): string {
  if (typeof cause !== 'object' || cause === null) return 'unknown';
  if ('code' in cause && typeof cause.code === 'string') return cause.code;
  return cause instanceof Error && cause.cause !== undefined ? reasonOf(cause.cause) : 'unknown';
}

function refused(url: URL): ManifoldError {
  return new ManifoldError(
    'invalid_value',
    `Weights are not taken from ${url.host} here; \`weights.allowHosts\` in the configuration lists the hosts that may be named.`,
    { param: 'model' },
  );
}

function badRedirect(url: URL, how: string): ManifoldError {
  return new ManifoldError('weights_invalid', `${shown(url)} redirects ${how}, which is not followed.`);
}
