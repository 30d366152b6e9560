import { join } from 'node:path';
import { keyMigrations } from '../access/key-tables.ts';
import type { Config } from '../config/config.ts';
import { migrations } from '../ledger/migrations.ts';
import { openLedger } from '../ledger/open-ledger.ts';
import type { UsageLedger } from '../ledger/usage-ledger.ts';
import { createSystemClock } from '../lib/clock.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Migration } from '../store/migrate.ts';
import { openStore, type Store } from '../store/store.ts';

/** The file of a state directory in which everything lies that is kept. */
export function databaseFile(stateDir: string): string {
  return join(stateDir, 'manifold.db');
}

/** What each part keeps in the store. */
export const schemas: Readonly<Record<string, readonly Migration[]>> = { access: keyMigrations, ledger: migrations };

/** Opens the store of a state directory, beside others that have it open, a server for one. */
export function openStateStore(stateDir: string): Promise<Store> {
  return openMigrated({ file: databaseFile(stateDir) });
}

async function openMigrated(options: Parameters<typeof openStore>[0]): Promise<Store> {
  const store = await openStore(options);
  try {
    for (const [part, steps] of Object.entries(schemas)) await store.migrate(part, steps);
    return store;
  } catch (failure) {
    await store.close();
    throw failure;
  }
}

/** What a server owns of a state directory. */
export interface ServerState {
  readonly store: Store;
  /** Opens the ledger; once. */
  openLedger(parts: { readonly logger: Logger; readonly metrics: Metrics }): Promise<UsageLedger>;
  /** Closes the ledger, then the store. Idempotent. */
  close(): Promise<void>;
}

/** The one server of a state directory opens its store: what was left by a crash is looked over. */
export async function openServerState(stateDir: string, { ledger: settings }: Config): Promise<ServerState> {
  const store = await openMigrated({ file: databaseFile(stateDir), isCheckedAfterCrash: true });
  let ledger: UsageLedger | undefined;
  let closed: Promise<void> | undefined;
  return {
    store,
    async openLedger({ logger, metrics }) {
      ledger = await openLedger({
        store,
        directory: stateDir,
        sync: settings.sync,
        onWriteError: settings.onWriteError,
        retention: { recordDays: settings.recordDays, hourlyDays: settings.hourlyDays },
        log: logger,
        clock: createSystemClock(),
        onFailure: metrics.ledgerFailed,
      });
      return ledger;
    },
    close() {
      closed ??= (async () => {
        await ledger?.close();
        await store.close();
      })();
      return closed;
    },
  };
}
