import { stateDirHolder } from '../config/state-lock.ts';
import { CommandFailed } from './exit-codes.ts';
import { type StateFlags, stateDirNamed } from './state-options.ts';
import type { Terminal } from './terminal.ts';

/** The server that `--url` or `MANIFOLD_URL` names; undefined where the one that runs here is meant, if one does. */
export function namedUrl({ url }: { readonly url?: string }, { env }: Pick<Terminal, 'env'>): string | undefined {
  return url ?? (env['MANIFOLD_URL'] || undefined);
}

/**
 * Where to look for a server: `MANIFOLD_URL`, else the one that holds the state directory, else port 8000. For `admin`
 * the address where it is managed, which may be one of its own; and where flags say which server is meant, it is that one
 * or none.
 */
export function defaultUrl(terminal: Terminal, flags: StateFlags = {}, purpose: 'use' | 'admin' = 'use'): string {
  const isMeant = purpose === 'admin' && (flags.stateDir !== undefined || flags.config !== undefined);
  const url = terminal.env['MANIFOLD_URL'];
  if (url && !isMeant) return url;
  const stateDir = stateDirNamed(flags, terminal);
  const holder = stateDirHolder(stateDir);
  if (holder === undefined && isMeant) throw new CommandFailed(`No server runs on ${stateDir}.`);
  return (purpose === 'admin' ? holder?.adminUrl : undefined) ?? holder?.url ?? 'http://127.0.0.1:8000';
}
