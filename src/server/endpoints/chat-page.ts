import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { FastifyReply } from 'fastify';
import { ManifoldError } from '../../errors.ts';
import type { Endpoint } from '../endpoint.ts';
import { pathParameter } from '../path-parameter.ts';

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

// One plain name without a leading dot: no path can leave the directory.
const assetName = /^\w[\w-]*(\.[\w-]+)+$/;

/** The chat page. */
export function chatPage(webDir: string): Endpoint {
  return {
    method: 'GET',
    path: '/',
    access: 'public',
    summary: 'The chat page',
    handle: async (_request, reply) => sendFile(webDir, 'index.html', reply),
  };
}

/** What the chat page is made of: files of `webDir` itself, by name. */
export function chatAssets(webDir: string): Endpoint {
  return {
    method: 'GET',
    path: '/assets/*',
    access: 'public',
    summary: 'Files of the chat page',
    handle: (request, reply) => sendFile(webDir, pathParameter(request, '*'), reply),
  };
}

async function sendFile(webDir: string, name: string, reply: FastifyReply): Promise<FastifyReply> {
  const type = contentTypes[path.extname(name)];
  if (!type || !assetName.test(name)) throw missing();
  const content = await readFile(path.join(webDir, name)).catch((cause: unknown) => {
    throw missing(cause);
  });
  return reply.type(type).header('content-security-policy', policy).header('cache-control', 'no-cache').send(content);
}

function missing(cause?: unknown): ManifoldError {
  return new ManifoldError('route_not_found', 'No such page. `npm run build` makes the chat page.', { cause });
}
