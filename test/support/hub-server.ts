import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** What is done to one download. */
export interface Fault {
  /** In place of the file. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes of the body after which the connection is destroyed. */
  readonly cutAfter?: number;
  /** Whether so many bytes of the file have been taken: what a client has received and not yet read is lost with a cut. */
  readonly isTaken?: (bytes: number) => boolean;
  /** Bytes of the body after which nothing more comes. */
  readonly stallAfter?: number;
  /** Milliseconds before each 64 KiB. */
  readonly slowMs?: number;
  /** No byte comes before that. */
  readonly until?: Promise<void>;
  /** Sent in place of the file's bytes. */
  readonly content?: Buffer;
  /** False: the server knows no ranges. */
  readonly hasRanges?: boolean;
  readonly etag?: string;
  /** The length is not said. */
  readonly isChunked?: boolean;
}

interface HubFile {
  readonly content: Buffer;
  /** Large files lie elsewhere and are named by their SHA-256; small ones lie here. Default: large. */
  readonly isSmall?: boolean;
  /** What the listing says, when that is not the truth. */
  readonly listedBytes?: number;
}

export interface HubRequest {
  readonly host: 'hub' | 'cdn';
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** A hub and the host that its large files lie on, as Hugging Face has them. */
export interface HubServer extends AsyncDisposable {
  readonly url: string;
  readonly cdnUrl: string;
  readonly requests: HubRequest[];
  /** Bytes of files that left either host. */
  fileBytes(): number;
  /** Puts files into a repository, which makes a new commit of it. Returns the commit. */
  put(repository: string, files: Readonly<Record<string, HubFile | Buffer>>): string;
  /** A repository that wants a token. */
  protect(repository: string, token: string, code?: 'RepoNotFound' | 'GatedRepo'): void;
  /** What happens to the next requests: of the API, and of the files themselves. One each, then none. */
  readonly apiFaults: Fault[];
  readonly fileFaults: Fault[];
  /** What happens to all downloads. */
  always: Fault;
}

interface Repository {
  commit: string;
  files: Map<string, HubFile>;
  token?: string;
  code?: string;
}

const pageSize = 3;

/** Starts both on 127.0.0.1. */
export async function startHubServer(): Promise<HubServer> {
  const repositories = new Map<string, Repository>();
  const requests: HubRequest[] = [];
  let sent = 0;
  const state = { apiFaults: [] as Fault[], fileFaults: [] as Fault[], always: {} as Fault };
  const note = (host: HubRequest['host'], { method = '', url: path = '', headers }: IncomingMessage) =>
    requests.push({ host, method, path, headers });

  const sendFile = async (request: IncomingMessage, response: ServerResponse, file: HubFile) => {
    const fault = { ...state.always, ...state.fileFaults.shift() };
    const content = fault.content ?? file.content;
    if (fault.status !== undefined) {
      response.writeHead(fault.status, fault.headers).end();
      return;
    }
    const etag = fault.etag ?? `"${createHash('md5').update(content).digest('hex')}"`;
    const isSame = request.headers['if-range'] === undefined || request.headers['if-range'] === etag;
    const start =
      fault.hasRanges !== false && isSame ? /^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] : undefined;
    const from = Number(start ?? 0);
    if (start !== undefined && from >= content.length) {
      response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
      return;
    }
    response.writeHead(start === undefined ? 200 : 206, {
      etag,
      'accept-ranges': 'bytes',
      ...(fault.isChunked !== true && { 'content-length': content.length - from }),
      ...(start !== undefined && { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` }),
      ...fault.headers,
    });
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    const most = fault.cutAfter ?? fault.stallAfter ?? Infinity;
    const end = Math.min(content.length, from + most);
    response.setMaxListeners(0);
    await fault.until;
    for (let at = from; at < end && !response.destroyed; at += 65_536) {
      const piece = content.subarray(at, Math.min(end, at + 65_536));
      if (fault.slowMs !== undefined) await wait(fault.slowMs);
      if (!response.write(piece)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
      sent += piece.length;
    }
    if (end < content.length && fault.stallAfter !== undefined) await once(response, 'close');
    else if (end < content.length) {
      while (!response.destroyed && fault.isTaken?.(end) === false) await wait(10);
      response.destroy();
    } else response.end();
  };

  const hub = createServer((request, response) => {
    note('hub', request);
    const [path = '', query] = (request.url ?? '').split('?');
    const [, api, name = '', kind, revision = '', rest = ''] =
      /^(\/api\/models)?\/([^/]+\/[^/]+)\/(revision|tree|resolve)\/([^/]+)(?:\/(.+))?$/.exec(path) ?? [];
    const repository = repositories.get(name);
    const refuse = (status: number, code: string) =>
      response.writeHead(status, { 'x-error-code': code, 'content-type': 'application/json' }).end('{"error":"no"}');
    const fault = api === undefined ? undefined : state.apiFaults.shift();
    if (fault?.status !== undefined) {
      response.writeHead(fault.status, fault.headers).end();
      return;
    }
    if (repository === undefined) return void refuse(401, 'RepoNotFound');
    const isAllowed = request.headers.authorization === `Bearer ${repository.token}`;
    if (repository.token !== undefined && !isAllowed)
      return void refuse(repository.code === 'GatedRepo' ? 403 : 401, repository.code ?? '');
    if (!['main', 'HEAD', repository.commit].includes(decodeURIComponent(revision)))
      return void refuse(404, 'RevisionNotFound');
    if (kind === 'revision') return json(response, { _id: '1', id: name, sha: repository.commit, lastModified: 0 });
    if (kind === 'tree') return sendTree(response, repository, new URLSearchParams(query), path);
    const file = repository.files.get(decodeURIComponent(rest));
    if (file === undefined) return void refuse(404, 'EntryNotFound');
    const headers = { 'x-repo-commit': repository.commit, 'x-linked-size': String(file.content.length) };
    if (file.isSmall) {
      response.setHeader('x-repo-commit', repository.commit);
      return void sendFile(request, response, { ...file });
    }
    response
      .writeHead(302, {
        ...headers,
        'x-linked-etag': `"${sha256(file.content)}"`,
        location: `${addressOf(cdn).replace('127.0.0.1', 'localhost')}/blob/${name}/${encodeURIComponent(rest)}?signature=secret`,
      })
      .end();
  });
  const cdn = createServer((request, response) => {
    note('cdn', request);
    const [, name = '', path = ''] = /^\/blob\/([^/]+\/[^/]+)\/([^?]+)/.exec(request.url ?? '') ?? [];
    const file = repositories.get(name)?.files.get(decodeURIComponent(path));
    if (file === undefined) {
      response.writeHead(404).end();
      return;
    }
    void sendFile(request, response, file);
  });
  const sendTree = (response: ServerResponse, repository: Repository, query: URLSearchParams, path: string) => {
    const all = [...repository.files].map(([name, file]) => entryOf(name, file));
    const cursor = Number(query.get('cursor') ?? 0);
    if (cursor + pageSize < all.length)
      response.setHeader('link', `<${addressOf(hub)}${path}?recursive=true&cursor=${cursor + pageSize}>; rel="next"`);
    json(response, all.slice(cursor, cursor + pageSize));
  };
  for (const server of [hub, cdn]) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }
  return Object.assign(state, {
    url: addressOf(hub),
    cdnUrl: addressOf(cdn).replace('127.0.0.1', 'localhost'),
    requests,
    fileBytes: () => sent,
    put(repository: string, files: Readonly<Record<string, HubFile | Buffer>>) {
      const known = repositories.get(repository)?.files ?? new Map<string, HubFile>();
      for (const [path, file] of Object.entries(files))
        known.set(path, Buffer.isBuffer(file) ? { content: file } : file);
      const contents = [...known].map(([path, { content }]) => `${path} ${sha256(content)}`).join('\n');
      const commit = createHash('sha1').update(contents).digest('hex');
      repositories.set(repository, { ...repositories.get(repository), commit, files: known });
      return commit;
    },
    protect(repository: string, token: string, code = 'RepoNotFound') {
      const there = repositories.get(repository);
      if (there) repositories.set(repository, { ...there, token, code });
    },
    async [Symbol.asyncDispose]() {
      for (const server of [hub, cdn]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  });
}

/** Bytes that begin as every GGUF file does. `seed` tells contents apart. */
export function madeWeights(bytes: number, seed = 1): Buffer {
  const content = Buffer.alloc(bytes);
  let state = seed;
  for (let at = 0; at + 4 <= bytes; at += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    content.writeUInt32LE(state, at);
  }
  content.write('GGUF', 'latin1');
  return content;
}

export function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function entryOf(path: string, { content, isSmall, listedBytes }: HubFile): object {
  const size = listedBytes ?? content.length;
  const oid = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
  const lfs = { oid: sha256(content), size, pointerSize: 135 };
  return { type: 'file', path, size, oid, ...(!isSmall && { lfs }) };
}

function json(response: ServerResponse, body: unknown): void {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(body));
}

function addressOf(server: ReturnType<typeof createServer>): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
