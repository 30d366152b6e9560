import { addressIn } from './addresses.ts';
import { ImageUrlProblem } from './image-url-problem.ts';

/** What the configuration says about fetching. */
export interface FetchRules {
  /** `http:` beside `https:`. */
  readonly http: boolean;
  /** `host` or `host:port`; `*` stands for every host with a public address, on its scheme's usual port. */
  readonly allowHosts: readonly string[];
  readonly maxBytes: number;
  readonly maxRedirects: number;
  readonly timeouts: {
    readonly connectSeconds: number;
    readonly firstByteSeconds: number;
    readonly totalSeconds: number;
  };
}

/** A URL that may be resolved, and then connected to if its addresses allow. */
export interface ImageUrl {
  readonly url: URL;
  /** The configuration names this host, so that its address may be a private one. */
  readonly isNamed: boolean;
}

const longestUrl = 4096;
const usualPorts: Readonly<Record<string, string>> = { 'https:': '443', 'http:': '80' };

/**
 * A client's URL, or a redirect's, read once and by the WHATWG's rules; everything after this works with the parsed form.
 * `base` is the URL that redirected here. Throws an `ImageUrlProblem`.
 */
export function checkImageUrl(text: string, rules: Pick<FetchRules, 'http' | 'allowHosts'>, base?: URL): ImageUrl {
  // The parser would drop or turn these, and another parser would not.
  if (text.length > longestUrl || /[\s\\]|\p{Cc}/u.test(text)) throw new ImageUrlProblem('is no plain URL');
  const url = URL.parse(text, base?.href);
  if (url === null) throw new ImageUrlProblem('is no URL. Send `https://…` or `data:image/…;base64,…`');
  const isAllowedScheme = url.protocol === 'https:' || (rules.http && url.protocol === 'http:');
  if (!isAllowedScheme)
    throw new ImageUrlProblem(`has a scheme that is not fetched. Use https${rules.http ? ' or http' : ''}`);
  if (url.username !== '' || url.password !== '') throw new ImageUrlProblem('holds a user name. Leave it out');
  url.hash = '';
  const { hostname } = url;
  const port = url.port || (usualPorts[url.protocol] ?? '');
  const isUsualPort = port === usualPorts[url.protocol];
  const isNamed = rules.allowHosts.some((entry) => entry !== '*' && names(entry, hostname, port, isUsualPort));
  if (isNamed) return { url, isNamed };
  if (!rules.allowHosts.includes('*') || !isUsualPort) {
    throw new ImageUrlProblem('has a host or port that this server does not fetch from');
  }
  const isQualified = addressIn(hostname) !== undefined || (hostname.includes('.') && !hostname.endsWith('.'));
  if (!isQualified) throw new ImageUrlProblem('has a host without a domain');
  return { url, isNamed };
}

function names(entry: string, hostname: string, port: string, isUsualPort: boolean): boolean {
  const wanted = entry.toLowerCase();
  return wanted === `${hostname}:${port}` || (wanted === hostname && isUsualPort);
}
