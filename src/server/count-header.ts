import type { IncomingMessage } from 'node:http';

/**
 * How often a request has a header, whose name is given in small letters. Of several Node keeps one in silence, while what
 * stands between a client and this server may have gone by another.
 */
export function countHeader({ rawHeaders }: IncomingMessage, name: string): number {
  // Names and values in turn.
  return rawHeaders.filter((text, at) => at % 2 === 0 && text.length === name.length && text.toLowerCase() === name)
    .length;
}
