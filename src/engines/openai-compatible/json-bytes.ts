import { randomUUID } from 'node:crypto';
import { isObject } from '../../lib/is-object.ts';

/** Shorter texts are not worth the detour. */
const shortestApart = 32 * 1024;

/**
 * A request's body as JSON. Writing a text as JSON looks at each of its characters, which for images of megabytes holds
 * the event loop for tens of milliseconds; their data URLs need no escapes, and are copied into their places.
 */
export function jsonBytes(body: object): string | Buffer {
  if (!isObject(body) || !Array.isArray(body['messages'])) return JSON.stringify(body);
  const messages = body['messages'] as readonly unknown[];
  if (!messages.some(hasParts)) return JSON.stringify(body);
  const mark = randomUUID();
  const urls: string[] = [];
  const marked = messages.map((message) => withMarks(message, mark, urls));
  if (urls.length === 0) return JSON.stringify(body);
  return joined(JSON.stringify({ ...body, messages: marked }).split(mark), urls);
}

/** The texts with an image between each two, written into place once. */
function joined(texts: readonly string[], urls: readonly string[]): Buffer {
  const pieces = texts.map((text) => Buffer.from(text));
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0) + urls.reduce((sum, url) => sum + url.length, 0);
  const bytes = Buffer.allocUnsafeSlow(length);
  let at = 0;
  for (const [index, piece] of pieces.entries()) {
    at += piece.copy(bytes, at);
    at += bytes.write(urls[index] ?? '', at, 'latin1');
  }
  return bytes;
}

interface ImagePart {
  readonly type: 'image_url';
  readonly image_url: { readonly url: string };
}

function hasParts(message: unknown): message is { readonly content: readonly unknown[] } {
  return isObject(message) && Array.isArray(message['content']);
}

function withMarks(message: unknown, mark: string, urls: string[]): unknown {
  if (!hasParts(message)) return message;
  const content = message.content.map((part) => {
    if (!isLongImage(part)) return part;
    urls.push(part.image_url.url);
    return { ...part, image_url: { ...part.image_url, url: mark } };
  });
  return { ...message, content };
}

/** Only what the gateway wrote itself: letters of base64 behind a head that holds nothing to escape. */
function isLongImage(part: unknown): part is ImagePart {
  if (!isObject(part) || part['type'] !== 'image_url' || !isObject(part['image_url'])) return false;
  const { url } = part['image_url'];
  return typeof url === 'string' && url.length >= shortestApart && /^data:image\/[a-z]+;base64,/.test(url.slice(0, 40));
}
