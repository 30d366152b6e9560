import { createSystemClock } from '../../src/lib/clock.ts';
import { migrations } from '../../src/ledger/migrations.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import type { UsageLedger } from '../../src/ledger/usage-ledger.ts';
import type { Store } from '../../src/store/store.ts';

interface BenchLedger {
  readonly store: Store;
  readonly directory: string;
  readonly sync?: 'group' | 'full';
  readonly say: (facts: object, message: string) => void;
  readonly onFailure?: () => void;
}

/** The ledger as a server has it by default, in a store of its own. */
export async function openBenchLedger(parts: BenchLedger): Promise<UsageLedger> {
  const { store, directory, sync = 'group', say, onFailure = () => undefined } = parts;
  await store.migrate('ledger', migrations);
  return openLedger({
    store,
    directory,
    sync,
    onWriteError: 'serve',
    retention: { recordDays: 90, hourlyDays: 400 },
    clock: createSystemClock(),
    log: { info: say, warn: say, error: say },
    onFailure,
  });
}
