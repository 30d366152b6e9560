import { isOver, principalOf } from './key-record.ts';
import type { KeyStore } from './key-store.ts';
import type { Principal } from './principal.ts';

/** Keys that opened something lately are at hand without a look into the store. */
const mostKnown = 16_384;

/** Finds who a text stands for, by its digest. */
export interface KnownKeys {
  /** Undefined for a text that opens nothing now; why is not told, and looked for in the same way. */
  find(digest: string): Promise<Principal | undefined>;
  /** Looks these keys up again when they are next used. */
  forget(keyIds: ReadonlySet<string>): void;
}

interface Known {
  readonly principal: Principal;
  readonly until: number | null;
}

export function createKnownKeys(store: Pick<KeyStore, 'findUsable'>, now: () => number, most = mostKnown): KnownKeys {
  // In the order they were last used.
  const known = new Map<string, Known>();
  let forgotten = 0;

  const remember = (digest: string, entry: Known) => {
    known.delete(digest);
    known.set(digest, entry);
    // Looked for only then: behind keys that were used again lie as many empty places.
    if (known.size <= most) return;
    const [oldest] = known.keys();
    if (oldest !== undefined) known.delete(oldest);
  };

  return {
    async find(digest) {
      const entry = known.get(digest);
      if (entry && !isOver(entry.until, now())) {
        remember(digest, entry);
        return entry.principal;
      }
      // What opens nothing is never remembered: each time it is looked for, and not found, in the same way.
      known.delete(digest);
      const before = forgotten;
      const found = await store.findUsable(digest);
      if (!found) return undefined;
      const principal = principalOf(found.key);
      const until = earliest(found.key.expiresAt, found.secretExpiresAt);
      // What was read before a change was heard of serves this request and no other.
      if (before === forgotten) remember(digest, { principal, until });
      return principal;
    },
    forget(keyIds) {
      forgotten += 1;
      for (const [digest, { principal }] of known) if (keyIds.has(principal.keyId)) known.delete(digest);
    },
  };
}

function earliest(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}
