import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';

/** Who may call a route: anyone, or holders of a key. */
export type Access = 'public' | 'key';

/** A route as data: the router, the access check and the API document all read this. */
export interface Endpoint {
  readonly method: 'GET' | 'POST';
  /** A Fastify path; `*` at the end takes the rest, slashes included. */
  readonly path: string;
  readonly access: Access;
  readonly summary: string;
  /** Left out of the API document when absent: pages and assets. */
  readonly operation?: Operation;
  /** Answers, or returns the body to send as JSON. */
  handle(request: FastifyRequest, reply: FastifyReply): Promise<unknown>;
}

/** What the API document says about a route beyond method and path. */
export interface Operation {
  readonly id: string;
  readonly tag: string;
  readonly description?: string;
  /** Name of the path's last, slash-taking part. */
  readonly restName?: string;
  /** What may stand after the `?`. */
  readonly query?: z.ZodObject;
  readonly requestBody?: string;
  /** Component name of the answer's schema, or a schema. */
  readonly response: string | z.ZodType | Readonly<Record<string, unknown>>;
  readonly responseType?: string;
  readonly streams?: boolean;
  /** Failures beyond those every route shares, by status. */
  readonly failures?: Readonly<Record<number, string>>;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
  }
}
