import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Until what is on its way between sockets of this process has arrived, and what that sets off too: each turn of the event
 * loop reads all of them, however slow the machine is.
 */
export async function untilArrived(): Promise<void> {
  // oxlint-disable-next-line no-await-in-loop -- one turn after the other
  for (let turn = 0; turn < 50; turn++) await nextTurn();
}
