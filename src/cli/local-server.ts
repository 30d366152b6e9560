import type { Command } from 'commander';
import { defaultUrl, namedUrl } from './default-url.ts';
import { createServerClient, type ServerClient } from './server-client.ts';
import { addStateOptions, type StateFlags } from './state-options.ts';
import type { Terminal } from './terminal.ts';

/** Flags that say which running server a command talks to. */
export interface AddressFlags extends StateFlags {
  readonly url?: string;
  readonly key?: string;
}

/** Flags of commands that manage a running server. */
export interface ServerFlags extends AddressFlags {
  readonly json?: boolean;
}

export function addAddressFlags(command: Command): Command {
  return command
    .option('--url <url>', 'the server (default: the one running here)')
    .option('--key <key>', 'its API key (default: MANIFOLD_API_KEY)');
}

export function addServerFlags(command: Command): Command {
  return addAddressFlags(addStateOptions(command)).option('--json', 'as JSON');
}

/**
 * The server that a command uses: the one that is named, or runs here. Undefined where none does, or `--config` says what
 * is meant in its place.
 */
export async function serverInUse(flags: AddressFlags, terminal: Terminal): Promise<ServerClient | undefined> {
  if (flags.url === undefined && flags.config !== undefined) return undefined;
  const client = clientOf(flags, terminal, 'use');
  return namedUrl(flags, terminal) !== undefined || (await client.isAlive()) ? client : undefined;
}

/** The server that the flags name, or the one that runs here, where it is managed. */
export function serverOf(flags: ServerFlags, terminal: Terminal): ServerClient {
  return clientOf(flags, terminal, 'admin');
}

function clientOf({ url, key, ...state }: AddressFlags, terminal: Terminal, purpose: 'use' | 'admin'): ServerClient {
  // An empty variable counts as unset, as it does in a configuration.
  const given = key ?? (terminal.env['MANIFOLD_API_KEY'] || undefined);
  return createServerClient(url ?? defaultUrl(terminal, state, purpose), given);
}
