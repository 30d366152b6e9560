import type { Command } from 'commander';
import { defaultUrl } from './default-url.ts';
import { createServerClient, type ServerClient } from './server-client.ts';
import type { Terminal } from './terminal.ts';

/** Flags of commands that talk to a running server. */
export interface ServerFlags {
  readonly url?: string;
  readonly key?: string;
  readonly json?: boolean;
}

export function addServerFlags(command: Command): Command {
  return command
    .option('--url <url>', 'the server (default: the one running here)')
    .option('--key <key>', 'its API key (default: MANIFOLD_API_KEY)')
    .option('--json', 'as JSON');
}

/** The server that the flags name, or the one that runs here. */
export function serverOf({ url, key }: ServerFlags, { env }: Terminal): ServerClient {
  return createServerClient(url ?? defaultUrl(env), key ?? env['MANIFOLD_API_KEY']);
}
