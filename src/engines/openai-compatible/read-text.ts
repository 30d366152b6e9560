import type { AnswerBody } from './send-request.ts';

/** The text of a body as far as it has no more than `most` bytes; the rest is left. */
export async function readText(body: AnswerBody, most: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body) {
    bytes += part.length;
    if (bytes > most) break;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
