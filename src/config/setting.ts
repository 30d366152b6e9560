/** Where a value came from, in words for a person: `--port`, `MANIFOLD_PORT`, `manifold.yaml`, `default`. */
export type Origin = string;

/** One value on its way into the configuration. */
export interface Setting {
  /** Where it belongs, dotted: `timeouts.drainSeconds`; `models.*.slots` means every model. */
  readonly path: string;
  readonly value: unknown;
  readonly origin: Origin;
}
