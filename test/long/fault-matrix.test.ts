import { describeFaults } from '../support/fault-matrix.ts';
import { longRounds } from '../support/long-rounds.ts';

describeFaults({ delayMs: 400, rounds: Math.ceil(longRounds() / 10) });
