import { ManifoldError } from '../../../errors.ts';
import type { ByteSource, Opened } from './origin.ts';
import { refusalOf, type Asked } from './refusal.ts';
import type { Web, WebAnswer } from './web.ts';

interface WebSourceOptions {
  readonly web: Web;
  readonly url: URL;
  readonly asked: Asked;
}

/** A file behind a URL. Each opening asks anew, since the addresses that redirects lead to expire. */
export function createWebSource({ web, url, asked }: WebSourceOptions): ByteSource {
  const name = asked.path ?? url.pathname;
  return {
    name,
    async open(from, validator, signal) {
      const headers = from === 0 ? {} : { range: `bytes=${from}-`, ...(validator && { 'if-range': validator }) };
      const answer = await web.get(url, headers, signal);
      if (answer.headers['content-encoding'] !== undefined) throw encoded(answer, name);
      if (answer.status === 200) return opened(answer, 0, lengthOf(answer));
      const isOther = validator !== undefined && validatorOf(answer) !== validator;
      if (answer.status === 206 && isOther) {
        // Not every server honours `If-Range`.
        discard(answer);
        return this.open(0, undefined, signal);
      }
      if (answer.status === 206) return continued(answer, from, name);
      if (answer.status === 416 && from > 0) return atEnd(answer, from, () => this.open(0, undefined, signal));
      throw refusalOf(answer, asked);
    },
  };
}

function opened(answer: WebAnswer, from: number, totalBytes: number | undefined): Opened {
  return {
    from,
    totalBytes,
    validator: validatorOf(answer),
    modifiedAt: modificationOf(answer),
    bytes: answer.body,
    close: () => discard(answer),
  };
}

function continued(answer: WebAnswer, from: number, name: string): Opened {
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(answer.headers['content-range'] ?? '') ?? [];
  if (Number(start) === from) return opened(answer, from, total === '*' ? undefined : Number(total));
  discard(answer);
  throw new ManifoldError('weights_invalid', `The server sent another part of ${name} than was asked for.`);
}

/** Nothing follows: all of it is there, or what is there is of another file. */
async function atEnd(answer: WebAnswer, from: number, anew: () => Promise<Opened>): Promise<Opened> {
  discard(answer);
  const total = /^bytes \*\/(\d+)$/.exec(answer.headers['content-range'] ?? '')?.[1];
  if (Number(total) !== from) return anew();
  return {
    from,
    totalBytes: from,
    validator: undefined,
    bytes: nothing(),
    close: () => undefined,
  };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** Of a version that is the same to the byte: a weak tag is not. */
function validatorOf({ headers }: WebAnswer): string | undefined {
  const { etag } = headers;
  return etag !== undefined && !etag.startsWith('W/') ? etag : headers['last-modified'];
}

function modificationOf({ headers }: WebAnswer): Date | undefined {
  const time = Date.parse(headers['last-modified'] ?? '');
  return Number.isNaN(time) ? undefined : new Date(time);
}

function lengthOf({ headers }: WebAnswer): number | undefined {
  const length = headers['content-length'];
  return length === undefined ? undefined : Number(length);
}

function encoded(answer: WebAnswer, name: string): ManifoldError {
  discard(answer);
  return new ManifoldError('weights_invalid', `The server compresses ${name} although it was asked not to.`);
}

function discard({ body }: WebAnswer): void {
  body.on('error', () => undefined).destroy();
}
