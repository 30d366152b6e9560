import { stateDirHolder } from '../config/state-lock.ts';
import { type StateFlags, stateDirNamed } from './state-options.ts';
import type { Terminal } from './terminal.ts';

/**
 * Where to look for a server: `MANIFOLD_URL`, else the one that holds the state directory, else port 8000. For `admin`
 * the address where it is managed, which may be one of its own.
 */
export function defaultUrl(terminal: Terminal, flags: StateFlags = {}, purpose: 'use' | 'admin' = 'use'): string {
  const named = terminal.env['MANIFOLD_URL'];
  if (named) return named;
  const holder = stateDirHolder(stateDirNamed(flags, terminal));
  return (purpose === 'admin' ? holder?.adminUrl : undefined) ?? holder?.url ?? 'http://127.0.0.1:8000';
}
