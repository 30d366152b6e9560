import { lookup, Resolver } from 'node:dns/promises';
import { unlessAborted } from '../../lib/unless-aborted.ts';

/** The addresses of a host, none where there are none. */
export type HostLookup = (hostname: string, isNamed: boolean, signal: AbortSignal) => Promise<readonly string[]>;

/**
 * A host that the configuration names is looked up as the system does it, `/etc/hosts` and search domains included. All
 * others only in DNS, and not on the threads that the system's way would hold: whoever runs a slow name server could
 * occupy them all. `servers` stand in place of the system's name servers.
 */
export function createHostLookup({ servers }: { readonly servers?: readonly string[] } = {}): HostLookup {
  return async (hostname, isNamed, signal) => {
    if (isNamed) {
      const found = await unlessAborted(lookup(hostname, { all: true }), signal);
      return found.map(({ address }) => address);
    }
    const resolver = new Resolver({ timeout: 1000, tries: 2 });
    if (servers) resolver.setServers(servers);
    const leave = () => resolver.cancel();
    signal.addEventListener('abort', leave, { once: true });
    try {
      const answers = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
      return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    } finally {
      signal.removeEventListener('abort', leave);
    }
  };
}
