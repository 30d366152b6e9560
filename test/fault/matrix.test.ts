import { describeFaults } from '../support/fault-matrix.ts';

describeFaults({ delayMs: 60, rounds: 1 });
