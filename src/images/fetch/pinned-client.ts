import { isIP, type LookupFunction } from 'node:net';
import { buildConnector, Client } from 'undici';

interface PinnedOptions {
  /** Looked up and checked before; nothing is looked up again. */
  readonly addresses: readonly string[];
  /** Asked once more about the address a socket has in the end. */
  readonly isAllowed: (address: string) => boolean;
  readonly connectTimeoutMs: number;
  readonly firstByteTimeoutMs: number;
  /** Certificates to trust in place of the system's. */
  readonly ca?: string | undefined;
}

/** A client that connects to the given addresses and no others, whatever its URL's host means elsewhere. */
export function createPinnedClient(url: URL, options: PinnedOptions): Client {
  const { addresses, isAllowed, connectTimeoutMs, firstByteTimeoutMs, ca } = options;
  const known = addresses.map((address) => ({ address, family: isIP(address) }));
  const lookup: LookupFunction = (_hostname, { all }, done) => {
    const [first] = known;
    if (first === undefined) done(new Error('No address.'), '');
    else if (all) done(null, known);
    else done(null, first.address, first.family);
  };
  const connector = buildConnector({
    lookup,
    timeout: connectTimeoutMs,
    allowH2: false,
    autoSelectFamily: true,
    ...(ca !== undefined && { ca }),
  });
  return new Client(url.origin, {
    pipelining: 1,
    headersTimeout: firstByteTimeoutMs,
    bodyTimeout: firstByteTimeoutMs,
    maxHeaderSize: 16 * 1024,
    connect(target, done) {
      connector(target, (...[error, socket]) => {
        if (error) return done(error, null);
        if (isAllowed(socket.remoteAddress ?? '')) return done(null, socket);
        socket.destroy();
        done(new Error('The connection led elsewhere.'), null);
      });
    },
  });
}
