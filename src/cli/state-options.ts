import type { Command } from 'commander';
import { loadConfig } from '../config/load-config.ts';
import type { Setting } from '../config/setting.ts';
import { defaultStateDir, openStateDir } from '../config/state-dir.ts';
import type { Terminal } from './terminal.ts';

/** Commander's values of the flags that say where the state directory is. */
export interface StateFlags {
  readonly stateDir?: string;
  readonly config?: string;
}

/** Adds the flags of a command that needs the state directory and nothing else of the configuration. */
export function addStateOptions(command: Command): Command {
  return command
    .option('--state-dir <directory>', 'the state directory (default: ~/.local/state/manifold)')
    .option('--config <file>', 'configuration file (default: manifold.yaml, if there is one)');
}

/** The state directory under a command's flags, which may not be there. */
export function stateDirNamed(flags: StateFlags, { env, cwd }: Terminal): string {
  const settings: Setting[] =
    flags.stateDir === undefined ? [] : [{ path: 'stateDir', value: flags.stateDir, origin: '--state-dir' }];
  return loadConfig({ flags: settings, file: flags.config, env, cwd }).config.stateDir ?? defaultStateDir(env);
}

/** The same, made if it is not there. */
export function stateDirFromFlags(flags: StateFlags, terminal: Terminal): string {
  return openStateDir(stateDirNamed(flags, terminal), terminal.env);
}
