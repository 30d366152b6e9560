import { ManifoldError } from '../../errors.ts';
import { parseJsonApart, type JsonApart } from '../../lib/json-apart.ts';

/** Longer texts are parsed away from the event loop, which they would hold for too long. */
const longestParsedHere = 1024 * 1024;
const longest = 64 * 1024 * 1024;

/** The value of an answer that is JSON. Throws `engine_error` for one that is not, or is too long. */
export async function readJson(body: AsyncIterable<Uint8Array>): Promise<unknown> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  let apart: JsonApart | undefined;
  try {
    for await (const piece of body) {
      bytes += piece.length;
      if (bytes > longest) throw new ManifoldError('engine_error', 'The engine sent an answer that is too long.');
      if (apart === undefined) pieces.push(piece);
      else apart.push(piece);
      if (apart !== undefined || bytes <= longestParsedHere) continue;
      apart = parseJsonApart();
      for (const each of pieces.splice(0)) apart.push(each);
    }
  } catch (failure) {
    apart?.stop();
    throw failure;
  }
  try {
    return apart === undefined ? JSON.parse(Buffer.concat(pieces).toString('utf8')) : await apart.end();
  } catch (cause) {
    throw new ManifoldError('engine_error', 'The engine sent something that is not JSON.', { cause });
  }
}
