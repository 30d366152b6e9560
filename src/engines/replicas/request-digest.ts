import { createHash, type Hash } from 'node:crypto';
import { setImmediate as nextRound } from 'node:timers/promises';

/** Fields that do not change what an engine has to do. */
const incidental = new Set([
  'request_id',
  'cache_salt',
  'stream',
  'stream_options',
  'priority',
  'keep_alive',
  'user',
  'seed',
  'model',
]);
/** Characters hashed between two turns of the event loop: well under a millisecond. */
const sliceLength = 1 << 18;

/** What tells a request from others that ask an engine for other work. Never holds the event loop for long. */
export async function requestDigest(request: object): Promise<string> {
  const hash = createHash('sha256');
  let sinceTurn = 0;
  const add = async (text: string) => {
    for (let at = 0; at < text.length; at += sliceLength) {
      hash.update(text.slice(at, at + sliceLength));
      sinceTurn += Math.min(sliceLength, text.length - at);
      if (sinceTurn < sliceLength) continue;
      sinceTurn = 0;
      // oxlint-disable-next-line no-await-in-loop -- the loop's other work goes first
      await nextRound();
    }
  };
  const top = Object.fromEntries(Object.entries(request).filter(([key]) => !incidental.has(key)));
  await addValue(top, hash, add);
  return hash.digest('base64');
}

async function addValue(value: unknown, hash: Hash, add: (text: string) => Promise<void>): Promise<void> {
  if (typeof value === 'string') {
    hash.update(`"${value.length}:`);
    return add(value);
  }
  if (typeof value !== 'object' || value === null) return add(`${String(value)};`);
  const entries = Object.entries(value).filter(([, child]) => child !== undefined);
  hash.update(Array.isArray(value) ? `[${entries.length}` : `{${entries.length}`);
  for (const [key, child] of entries) {
    // oxlint-disable-next-line no-await-in-loop -- the order is what is hashed
    await add(`${key}=`);
    // oxlint-disable-next-line no-await-in-loop
    await addValue(child, hash, add);
  }
}
