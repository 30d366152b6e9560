import type { AnswerBody } from './send-request.ts';

/** Bytes worth reading. */
const mostBytes = 64 << 10;
/** The status has come, and tells most of it. */
const withinMs = 1000;

/** What the body of a refusal says, as far as it comes soon and the connection lasts; the rest is left. */
export async function readErrorText(body: AnswerBody): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  const late = setTimeout(() => body.leave(), withinMs);
  try {
    for await (const part of body) {
      parts.push(part);
      bytes += part.length;
      if (bytes > mostBytes) break;
    }
  } catch {
    // What has come by then may tell enough.
  } finally {
    clearTimeout(late);
  }
  return Buffer.concat(parts).toString('utf8');
}
