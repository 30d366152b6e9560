import type { EngineState } from '../engines/engine.ts';

/** A server in this process, as the command line sees it. */
export interface RunningServer {
  readonly url: string;
  /** Where each model stands, now. */
  models(): readonly { readonly id: string; readonly state: EngineState }[];
  /** Stops taking requests, waits for the running ones as configured, and ends every engine. */
  stop(): Promise<void>;
}
