import type { Config } from '../../config/config.ts';

/** One thing the doctor looked at. `fail` means a server will not start or answer here. */
export interface Finding {
  readonly check: string;
  readonly status: 'ok' | 'warn' | 'fail';
  /** What was found, one line. */
  readonly found: string;
  /** What to do about it; absent when nothing is to do. */
  readonly advice?: string;
}

/** What the checks look at. */
export interface Patient {
  readonly config: Config;
  readonly env: NodeJS.ProcessEnv;
}

export type Check = (patient: Patient) => Finding[] | Promise<Finding[]>;
