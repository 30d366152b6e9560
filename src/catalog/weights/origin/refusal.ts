import { ManifoldError } from '../../../errors.ts';
import type { WebAnswer } from './web.ts';

/** What was asked for and of whom, for the sentence. */
export interface Asked {
  /** The hub's address, or the mirror's or server's. */
  readonly place: string;
  /** Present when a hub was asked. */
  readonly repository?: string | undefined;
  readonly revision?: string | undefined;
  readonly path?: string | undefined;
  readonly hasToken: boolean;
}

/** An answer that is none of 200, 206 and 416, as an error that says what to do. Destroys its body. */
export function refusalOf({ url, status, headers, body }: WebAnswer, asked: Asked): ManifoldError {
  body.on('error', () => undefined).destroy();
  // What redirects lead to is signed for a while: the next attempt is led there anew.
  if (!asked.place.startsWith(url.origin) && status !== 404) {
    const from = `${url.host}, where ${asked.place} keeps ${asked.path ?? asked.repository ?? 'it'},`;
    return failed(`${from} answered ${status}.`, secondsOf(headers['retry-after']));
  }
  const code = headers['x-error-code'];
  if (status === 401 || status === 403) return denied(status, code, asked);
  if (status === 404 || status === 410) return notFound(code, asked);
  const said = `${asked.place} answered ${status}`;
  if (status === 429) {
    const more = asked.hasToken || asked.repository === undefined ? '' : ' A token (HF_TOKEN) raises the limit.';
    return failed(`${said}: too many requests.${more}`, secondsOf(headers['retry-after']));
  }
  if (status >= 500 || status === 408) return failed(`${said}.`, secondsOf(headers['retry-after']));
  return new ManifoldError('weights_invalid', `${said}, which is no answer to a download.`);
}

function denied(status: number, code: unknown, asked: Asked): ManifoldError {
  const { place, repository, hasToken } = asked;
  const token = hasToken ? 'with a token (HF_TOKEN) that may read it' : 'after setting HF_TOKEN to a token of yours';
  if (repository === undefined)
    return new ManifoldError(
      'weights_denied',
      `${place} answered ${status}: it wants credentials, which can stand in the URL as user:password@.`,
    );
  if (code === 'GatedRepo')
    return new ManifoldError(
      'weights_denied',
      `${repository} is gated: accept its licence at ${place}/${repository} and pull again ${token}.`,
    );
  // A hub does not say whether a repository that it does not show exists.
  if (code === 'RepoNotFound' || status === 401)
    return new ManifoldError(
      'weights_denied',
      hasToken
        ? `${place} shows no ${repository} to this token: check the name, and what the token may read.`
        : `${place} shows no ${repository}: check the name, or if it is private pull again ${token}.`,
    );
  return new ManifoldError('weights_denied', `${place} refuses ${repository} (${status}); pull again ${token}.`);
}

function notFound(code: unknown, { place, repository, revision, path }: Asked): ManifoldError {
  const what =
    repository === undefined || (path !== undefined && code !== 'RepoNotFound' && code !== 'RevisionNotFound')
      ? (path ?? 'such file')
      : code === 'RevisionNotFound' && revision !== undefined
        ? `revision ${revision} of ${repository}`
        : repository;
  return new ManifoldError('weights_not_found', `${place} has no ${what}; check the name.`, { param: 'model' });
}

function failed(message: string, retryAfterSeconds: number | undefined): ManifoldError {
  return new ManifoldError('download_failed', message, { retryAfterSeconds });
}

/** `Retry-After` in either of its forms. */
function secondsOf(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : undefined;
}
