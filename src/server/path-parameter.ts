import type { FastifyRequest } from 'fastify';

/** What stands in the path of a request where its route has `:name`, or `*`; the empty text where it has no such place. */
export function pathParameter({ params }: Pick<FastifyRequest, 'params'>, name: string): string {
  const value = (params as Readonly<Record<string, unknown>> | undefined)?.[name];
  return typeof value === 'string' ? value : '';
}
