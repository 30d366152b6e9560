import { describeFaults } from '../support/fault-matrix.ts';
import { describeSweep } from '../support/fault-sweep.ts';
import { longRounds } from '../support/long-rounds.ts';

describeSweep({ offsets: 5 * longRounds() });
describeFaults({ delayMs: 400, rounds: Math.ceil(longRounds() / 20) });
