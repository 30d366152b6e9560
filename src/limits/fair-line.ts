import type { Sharer } from './sharer.ts';

/** A request that waits. */
export interface Entry {
  readonly sharer: Sharer;
  /** Lower is sooner, whoever asks. */
  readonly priority: number;
  readonly places: number;
  readonly enter: () => void;
  readonly refuse: (reason: unknown) => void;
}

/** Those that wait for places of a model, by whom they are of. */
export class FairLine {
  /** Each by priority, then by arrival; none is empty. */
  readonly #lines = new Map<Sharer, Entry[]>();
  length = 0;

  has(sharer: Sharer): boolean {
    return this.#lines.has(sharer);
  }

  push(entry: Entry): void {
    const line = this.#lines.get(entry.sharer) ?? [];
    this.#lines.set(entry.sharer, line);
    line.splice(line.findLastIndex(({ priority }) => priority <= entry.priority) + 1, 0, entry);
    this.length++;
  }

  /** Does nothing when it is not there. */
  remove(entry: Entry): void {
    const line = this.#lines.get(entry.sharer);
    const at = line?.indexOf(entry) ?? -1;
    if (!line || at < 0) return;
    line.splice(at, 1);
    this.length--;
    if (line.length === 0) this.#lines.delete(entry.sharer);
  }

  /** Whose turn it is among some: by the priority of its first, then by what it has had, then by arrival. */
  next(now: number, isAmong: (sharer: Sharer) => boolean): Entry | undefined {
    let best: Entry | undefined;
    for (const [sharer, [first]] of this.#lines) {
      if (first && isAmong(sharer) && (!best || isBefore(first, best, now))) best = first;
    }
    return best;
  }

  /** The last of the one that has most here for its weight. */
  greediest(): Entry | undefined {
    let most = 0;
    let last: Entry | undefined;
    for (const [{ weight }, line] of this.#lines) {
      if (line.length / weight <= most) continue;
      most = line.length / weight;
      last = line.at(-1);
    }
    return last;
  }
}

function isBefore(a: Entry, b: Entry, now: number): boolean {
  if (a.priority !== b.priority) return a.priority < b.priority;
  return a.sharer.attained(now) < b.sharer.attained(now);
}
