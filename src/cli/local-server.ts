import type { Command } from 'commander';
import { defaultUrl } from './default-url.ts';
import { createServerClient, type ServerClient } from './server-client.ts';
import { addStateOptions, type StateFlags } from './state-options.ts';
import type { Terminal } from './terminal.ts';

/** Flags of commands that manage a running server. */
export interface ServerFlags extends StateFlags {
  readonly url?: string;
  readonly key?: string;
  readonly json?: boolean;
}

export function addServerFlags(command: Command): Command {
  return addStateOptions(command)
    .option('--url <url>', 'the server (default: the one running here)')
    .option('--key <key>', 'its API key (default: MANIFOLD_API_KEY)')
    .option('--json', 'as JSON');
}

/** The server that the flags name, or the one that runs here. */
export function serverOf({ url, key, ...state }: ServerFlags, terminal: Terminal): ServerClient {
  return createServerClient(url ?? defaultUrl(terminal, state, 'admin'), key ?? terminal.env['MANIFOLD_API_KEY']);
}
