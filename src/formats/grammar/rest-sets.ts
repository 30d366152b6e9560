/** What follows once something is read: a place in the grammar, and what follows that. The end has position −1. */
export interface Frame {
  readonly id: number;
  readonly position: number;
  readonly rests: RestSet;
}

/** The different things that may follow. Equal sets are one object, so that states can be compared. */
export interface RestSet {
  readonly id: number;
  readonly frames: readonly Frame[];
  /** Frames that lie on this set, by position. */
  readonly above: Map<number, Frame>;
}

/** Makes every frame and every set once, until `forget`; what was made before stays usable. */
export class RestSets {
  readonly end: RestSet;
  readonly #byFrames = new Map<string, RestSet>();
  #lastId = 0;

  constructor() {
    const nothing: RestSet = { id: 0, frames: [], above: new Map() };
    this.end = { id: ++this.#lastId, frames: [{ id: 0, position: -1, rests: nothing }], above: new Map() };
  }

  frame(position: number, rests: RestSet): Frame {
    const known = rests.above.get(position) ?? { id: ++this.#lastId, position, rests };
    rests.above.set(position, known);
    return known;
  }

  of(frames: ReadonlySet<Frame>): RestSet {
    const sorted = [...frames].toSorted((a, b) => a.id - b.id);
    const key = sorted.map(({ id }) => id).join();
    const known = this.#byFrames.get(key) ?? { id: ++this.#lastId, frames: sorted, above: new Map<number, Frame>() };
    this.#byFrames.set(key, known);
    return known;
  }

  forget(): void {
    this.#byFrames.clear();
    this.end.above.clear();
  }
}
