import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Scope } from '../api/key.ts';

/** Who may call a route: anyone, holders of any key, or holders of a key with this scope. */
export type Access = 'public' | 'key' | Scope;

/** A route as data: the router, the access check and the API document all read this. */
export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PATCH';
  /** A Fastify path; `:name` takes one part, `*` at the end the rest, slashes included. */
  readonly path: string;
  readonly access: Access;
  /** Whether its requests are held to limits and recorded, also when they are refused. Default: no. */
  readonly isMetered?: boolean;
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
  /** Component name of the body's schema, or a schema. */
  readonly requestBody?: string | z.ZodType;
  /** The query string's schema. Other parameters are refused where it is strict, else named. */
  readonly query?: z.ZodObject;
  /** Component name of the answer's schema, or a schema. */
  readonly response: string | z.ZodType | Readonly<Record<string, unknown>>;
  readonly responseType?: string;
  /** Content types that the answer has in place of that one, where they are asked for. */
  readonly textTypes?: readonly string[];
  /** The status of success. Default: 200. */
  readonly status?: 201;
  readonly streams?: boolean;
  /** Failures beyond those every route shares, by status. */
  readonly failures?: Readonly<Record<number, string>>;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
    isMetered?: boolean;
    needsBody?: boolean;
    /** The route's path as keys write it. */
    documentedPath?: string;
  }
}
