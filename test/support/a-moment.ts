import { setImmediate as round, setTimeout as sleep } from 'node:timers/promises';

/**
 * Long enough for what was sent within this process to have been read. An event loop that was held up runs its timers
 * first, and reads what has come meanwhile in the rounds after that.
 */
export async function aMoment(ms = 50): Promise<void> {
  await sleep(ms);
  for (let rounds = 0; rounds < 20; rounds++) await round();
}
