import type { SqliteClient } from './sqlite-client.ts';

interface Parts {
  readonly client: () => Promise<SqliteClient>;
  readonly everyMs: number;
}

/** Tells listeners when another process has changed the database. */
export interface ForeignChanges {
  /** Calls `listener` after every change by others, within a quarter of a second. The result ends that. */
  listen(listener: () => void): () => void;
  stop(): void;
}

/** Asks the thread for SQLite's own change number, a few microseconds each time, as long as somebody listens. */
export function watchForeignChanges({ client, everyMs }: Parts): ForeignChanges {
  const listeners = new Set<() => void>();
  let known: { readonly client: SqliteClient; readonly version: number } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isLooking = false;

  const look = async () => {
    const asked = await client();
    const version = await asked.dataVersion();
    // A new connection counts from anew, so what happened meanwhile is not known.
    const isChanged = known !== undefined && (known.client !== asked || known.version !== version);
    known = { client: asked, version };
    if (isChanged) for (const listener of listeners) listener();
  };
  const keepLooking = async () => {
    await look().catch(() => undefined);
    if (listeners.size === 0) isLooking = false;
    else timer = setTimeout(() => void keepLooking(), everyMs).unref();
  };

  return {
    listen(listener) {
      listeners.add(listener);
      if (!isLooking) {
        isLooking = true;
        known = undefined;
        void keepLooking();
      }
      return () => void listeners.delete(listener);
    },
    stop() {
      listeners.clear();
      clearTimeout(timer);
    },
  };
}
