/** One of those who share a model, and what it has had of it: milliseconds of a place, for its weight. */
export class Sharer {
  readonly key: string;
  weight = 1;
  /** Places it has now. */
  places = 0;
  activeAt = 0;
  #finished = 0;
  /** Sum of the beginnings of what runs, each as often as it has places. */
  #begun = 0;

  constructor(key: string) {
    this.key = key;
  }

  /** What runs now is part of it. */
  attained(now: number): number {
    return this.#finished + (this.places * now - this.#begun) / this.weight;
  }

  begin(places: number, now: number): void {
    this.places += places;
    this.#begun += places * now;
  }

  end(places: number, startedAt: number, now: number): void {
    this.places -= places;
    this.#begun -= places * startedAt;
    this.#finished += (places * (now - startedAt)) / this.weight;
  }

  /** One that comes back has had as much as those that stayed: time away is not saved up. */
  join(attained: number): void {
    this.#finished = Math.max(this.#finished, attained);
  }
}
