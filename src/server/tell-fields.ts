import type { FastifyReply } from 'fastify';
import { emulatedHeader } from '../api/internal/engine-host.ts';

/** Names the fields of a request that have no effect. */
export const ignoredHeader = 'x-manifold-ignored';

/** Tells in a header which fields have no effect; nothing where all have one. */
export function tellIgnored(reply: FastifyReply, names: readonly string[]): void {
  if (names.length > 0) reply.header(ignoredHeader, names.join(', '));
}

/** Tells in a header which fields are honoured in another way than asked; nothing where none is. */
export function tellEmulated(reply: FastifyReply, names: readonly string[]): void {
  if (names.length > 0) reply.header(emulatedHeader, names.join(', '));
}
