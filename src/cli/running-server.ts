import type { Config } from '../config/config.ts';
import type { EngineState } from '../engines/engine.ts';

/** A server in this process, as the command line sees it. */
export interface RunningServer {
  readonly url: string;
  /** Where keys are managed, if that is an address of its own. */
  readonly adminUrl: string | undefined;
  /** Where each model stands, now. */
  models(): readonly { readonly id: string; readonly state: EngineState }[];
  /** Servers elsewhere, once each was looked at: how many models it has, or what keeps it from having any. */
  upstreams(): Promise<
    readonly { readonly name: string; readonly models: number; readonly problem: string | undefined }[]
  >;
  /** Takes what it can of another configuration, all or nothing; returns what waits for the next start, dotted. */
  reload(next: Config): readonly string[];
  /** Stops taking requests, waits for the running ones as configured, and ends every engine. */
  stop(): Promise<void>;
}
