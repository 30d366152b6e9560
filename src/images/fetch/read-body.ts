import type { Dispatcher } from 'undici';
import { tooManyBytes } from '../examine-image.ts';
import { ImageUrlProblem } from './image-url-problem.ts';

/** A response's bytes as they came. A compressed one is refused unread: nobody asked for it, and its size is hidden. */
export async function readBody(
  { headers, body }: Pick<Dispatcher.ResponseData, 'headers' | 'body'>,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const encoding = String(headers['content-encoding'] ?? 'identity').toLowerCase();
  if (encoding !== 'identity') throw new ImageUrlProblem('was answered in a compressed form, which is not read');
  if (Number(headers['content-length'] ?? 0) > maxBytes) throw tooManyBytes(maxBytes);
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of body as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > maxBytes) throw tooManyBytes(maxBytes);
    pieces.push(piece);
  }
  // Memory of its own, which can be moved to a thread.
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
