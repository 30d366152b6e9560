import { promises as dns } from 'node:dns';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { Server as TlsServer } from 'node:tls';

/**
 * The addresses to listen on for a host: `localhost` has one of each family on most machines, and clients try them in an
 * order of their own. Any other host is one.
 */
export async function addressesOf(host: string): Promise<readonly [string, ...string[]]> {
  if (host !== 'localhost') return [host];
  const found = new Set((await dns.lookup(host, { all: true })).map(({ address }) => address));
  const [first = host, ...others] = found;
  return [first, ...others];
}

/**
 * Takes connections at further addresses of the same port and hands them to the server, to which they are like its own:
 * the same refusals, limits and end. An address that cannot be had is left out. Returns what takes no more.
 */
export async function listenBeside(
  server: Server,
  hosts: readonly string[],
  as: { readonly port: number; readonly backlog: number },
): Promise<() => void> {
  const beside = await Promise.all(
    hosts.map(async (host) => {
      // As servers of HTTP have it, and those of TLS not: a client may end its side and wait for the answer.
      const door = createServer({ allowHalfOpen: !(server instanceof TlsServer), noDelay: true }, (socket) =>
        server.emit('connection', socket),
      );
      try {
        await once(door.listen({ host, ...as }), 'listening');
        return door;
      } catch {
        return undefined;
      }
    }),
  );
  return () => beside.forEach((door) => door?.close());
}
