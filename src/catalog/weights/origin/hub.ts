import type { ListFileEntry } from '@huggingface/hub';
import { ManifoldError } from '../../../errors.ts';
import type { Digest } from '../digest.ts';
import { isInside, shown } from '../reference.ts';
import type { ListedFile } from '../listing.ts';
import type { Origin } from './origin.ts';
import { refusalOf } from './refusal.ts';
import type { Web } from './web.ts';
import { createWebSource } from './web-source.ts';

interface HubOptions {
  readonly web: Web;
  /** `https://huggingface.co`, or a mirror that speaks the same API. */
  readonly endpoint: string;
  readonly hasToken: boolean;
}

/** Of one answer; a page of a listing has a tenth of it. More would take the event loop too long to parse. */
const mostListedBytes = 4 * 1024 * 1024;
const mostFiles = 10_000;

/** A hub: Hugging Face's, or a server with its API. */
export function createHub({ web, endpoint: given, hasToken }: HubOptions): Origin {
  const endpoint = given.replace(/\/+$/, '');
  const place = shown(new URL(endpoint)).replace(/\/+$/, '');
  return {
    name: place,
    async list(repository, revision, signal) {
      const asked = { place, repository, revision, hasToken };
      // The packages' functions take a `fetch`; this one keeps the rules of `web`, and refuses what is no success.
      const fetch = async (target: string | URL | Request) => {
        const url = target instanceof Request ? target.url : target;
        const answer = await web.get(new URL(url), { accept: 'application/json' }, signal);
        if (answer.status !== 200) throw refusalOf(answer, asked);
        return new Response(await textOf(answer.body, place), { headers: linkOf(answer.headers['link']) });
      };
      // Not at the start of the program: the package is large, and only this needs it.
      const { modelInfo, listFiles } = await import('@huggingface/hub');
      const { sha: commit } = await modelInfo({
        name: repository,
        revision,
        additionalFields: ['sha'],
        hubUrl: endpoint,
        fetch,
      }).catch(asAnswer(place));
      if (!/^[\da-f]{40}$/.test(commit)) throw unreadable(place);
      const entries = listFiles({ repo: repository, revision: commit, recursive: true, hubUrl: endpoint, fetch });
      return { commit, files: await filesOf(entries).catch(asAnswer(place)) };
    },
    source(repository, commit, path) {
      const file = path.split('/').map(encodeURIComponent).join('/');
      const url = new URL(`${endpoint}/${repository}/resolve/${commit}/${file}`);
      return createWebSource({ web, url, asked: { place, repository, path, hasToken } });
    },
  };
}

async function filesOf(entries: AsyncIterable<ListFileEntry>): Promise<ListedFile[]> {
  const files: ListedFile[] = [];
  for await (const { type, path, size, lfs, oid } of entries) {
    if (type !== 'file' || !isInside(path)) continue;
    files.push({ path, bytes: lfs?.size ?? size, digest: digestOf(lfs?.oid, oid) });
    if (files.length > mostFiles) break;
  }
  return files;
}

/** Large files are named by their SHA-256, small ones as git names them. */
function digestOf(large: string | undefined, small: string | undefined): Digest | undefined {
  const sha256 = large?.replace(/^sha256:/, '');
  if (sha256 !== undefined && /^[\da-f]{64}$/.test(sha256)) return { algorithm: 'sha256', hex: sha256 };
  return small !== undefined && /^[\da-f]{40}$/.test(small) ? { algorithm: 'git', hex: small } : undefined;
}

/** The next page of a listing. */
function linkOf(link: string | string[] | undefined): Record<string, string> {
  return typeof link === 'string' ? { link } : {};
}

async function textOf(body: AsyncIterable<Uint8Array>, endpoint: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > mostListedBytes) throw unreadable(endpoint);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function asAnswer(endpoint: string): (failure: unknown) => never {
  return (failure) => {
    if (failure instanceof ManifoldError || (failure instanceof Error && failure.name === 'AbortError')) throw failure;
    throw unreadable(endpoint, failure);
  };
}

function unreadable(endpoint: string, cause?: unknown): ManifoldError {
  return new ManifoldError('weights_invalid', `${endpoint} answers in a form that is not a hub's.`, { cause });
}
