import { resolve } from 'node:path';
import { ManifoldError } from '../../errors.ts';
import { createSystemClock, type Clock } from '../../lib/clock.ts';
import type { GgufSource } from '../card.ts';
import { freeBytesAt, requireSpace } from './download/free-space.ts';
import { createRetries } from './download/retries.ts';
import { fetchPlan, type PullEvent } from './fetch-plan.ts';
import { findInHubCache, listFolder, listHubCache, type LocalWeights } from './find.ts';
import { usersOf } from './in-use.ts';
import { createOrigin } from './origin/create-origin.ts';
import { createWeb } from './origin/web.ts';
import type { PullPlan } from './plan.ts';
import { planHub } from './plan-hub.ts';
import { placeOfUrl, planPath, planUrl } from './plan-plain.ts';
import { preferredSources } from './preferred-source.ts';
import { parseReference, type Reference } from './reference.ts';
import { removeBegun, removeFromHubCache, removePlain, type Removed } from './remove.ts';
import { storageFailure } from './storage-failure.ts';

export interface WeightsOptions {
  /** The hub's cache, shared with its other tools. */
  readonly cacheDir: string;
  /** Where files lie that are of no repository. */
  readonly filesDir: string;
  readonly endpoint: string;
  readonly token?: string | undefined;
  /** Asked in place of the hub: the URL of a file server, or a folder. */
  readonly mirror?: string | undefined;
  /** Nothing is asked for over the network. */
  readonly isOffline: boolean;
  /** Hosts whose URLs may be named by who is not at this machine. */
  readonly allowHosts: readonly string[];
  /** Where proxies are named. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What a card says of a model's weights. Default: there are no cards. */
  readonly sourcesOf?: (id: string) => readonly GgufSource[] | undefined;
  /** The longest silence of a server. Default: a minute. */
  readonly silenceTimeoutMs?: number;
  readonly clock?: Clock;
  readonly freeBytes?: (path: string) => Promise<number>;
}

export interface PullOptions {
  readonly signal: AbortSignal;
  readonly report: (event: PullEvent) => void;
}

/** Weights: what is on this machine, and how more come to it. Failures are ManifoldErrors that say what to do. */
export interface WeightsStore {
  /** The file that an engine opens; undefined when not all of the weights are here. */
  find(source: GgufSource): Promise<string | undefined>;
  /** As `find`, for what a person writes: `hf:org/name:Q4_K_M`. */
  locate(reference: string): Promise<LocalWeights | undefined>;
  list(): Promise<LocalWeights[]>;
  /** Finds out what a pull would do, and that it can: nothing is written. */
  plan(reference: string, asked: PullOptions & { readonly isRemote?: boolean }): Promise<PullPlan>;
  /** Does what was planned. */
  fetch(plan: PullPlan, asked: PullOptions): Promise<void>;
  /** Removes what `reference` names; `weights_in_use` while a process has it. */
  remove(weights: LocalWeights): Promise<Removed>;
  /** Removes what was begun and not ended of downloads from the repositories of `reference`, but for what a process works at. */
  removeBegun(reference: string): Promise<Removed>;
  close(): Promise<void>;
}

export function createWeightsStore(options: WeightsOptions): WeightsStore {
  const { cacheDir, filesDir, env, isOffline, allowHosts, freeBytes = freeBytesAt } = options;
  const clock = options.clock ?? createSystemClock();
  const { origin, ...opened } = createOrigin(options);
  const silence = options.silenceTimeoutMs === undefined ? {} : { silenceTimeoutMs: options.silenceTimeoutMs };
  const web = createWeb({ env, ...silence });
  const listed = new Set(allowHosts.map((host) => host.toLowerCase()));
  const restrictedWeb = createWeb({
    env,
    ...silence,
    isAllowed: ({ protocol, hostname, port }) =>
      // A URL does not say the port that its protocol has.
      listed.has(hostname) || listed.has(`${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`),
  });
  /** What a card names. Who has `llama3.3:70b` for a name means no quantisation. */
  const namedBy = (name: string): { readonly sources: readonly GgufSource[]; readonly quantization?: string } => {
    const sources = options.sourcesOf?.(name);
    const at = name.lastIndexOf(':');
    if (sources !== undefined || at < 0) return { sources: sources ?? [] };
    return { sources: options.sourcesOf?.(name.slice(0, at)) ?? [], quantization: name.slice(at + 1) };
  };
  const sourcesOf = (name: string): readonly [GgufSource, ...GgufSource[]] => {
    const { sources, quantization } = namedBy(name);
    const [first, ...others] = preferredSources(sources, quantization);
    if (first !== undefined) return [first, ...others];
    throw new ManifoldError('weights_not_found', `No card names weights of ${name}; name them as hf:org/name:QUANT.`, {
      param: 'model',
    });
  };

  const list = async () => [...(await listHubCache(cacheDir)), ...(await listFolder(filesDir))];
  const locateSource = ({ files, ...wanted }: GgufSource) =>
    findInHubCache(cacheDir, { ...wanted, file: files?.[0]?.path });
  const locate = async (reference: Reference): Promise<LocalWeights | undefined> => {
    switch (reference.kind) {
      case 'hub':
        return findInHubCache(cacheDir, reference);
      case 'card':
        for (const source of sourcesOf(reference.name)) {
          const local = await locateSource(source);
          if (local !== undefined) return local;
        }
        return undefined;
      case 'path':
        return (await list()).find(({ files }) => files.includes(resolve(reference.path)));
      case 'url': {
        const place = placeOfUrl(reference.url, filesDir);
        return (await list()).find(({ files }) => files.includes(place));
      }
      default:
        return reference satisfies never;
    }
  };

  const repositoriesOf = (reference: Reference): string[] => {
    if (reference.kind === 'hub') return [reference.repository];
    if (reference.kind !== 'card') return [];
    const { sources } = namedBy(reference.name);
    return [...new Set(sources.map(({ repository }) => repository))];
  };

  const planOnline = (reference: Reference, signal: AbortSignal, isRemote: boolean): Promise<PullPlan> => {
    const parts = { origin, cacheDir };
    switch (reference.kind) {
      case 'hub':
        return planHub(reference, parts, signal);
      case 'card': {
        const [{ files, ...source }] = sourcesOf(reference.name);
        return planHub(source, parts, signal, files);
      }
      case 'url':
        return planUrl(reference.url, isRemote ? restrictedWeb : web, filesDir, signal);
      case 'path':
        return planPath(resolve(reference.path), filesDir, signal);
      default:
        return reference satisfies never;
    }
  };

  return {
    find: (source) =>
      locateSource(source).then(
        (local) => local?.path,
        (failure: unknown) => {
          // Several that fit are none that is meant.
          if (failure instanceof ManifoldError && failure.code === 'invalid_value') return undefined;
          throw failure;
        },
      ),
    locate: async (text) => locate(parseReference(text)),
    list,
    async plan(text, { signal, report, isRemote = false }) {
      const reference = parseReference(text);
      if (isRemote && reference.kind === 'path') throw notFromAfar();
      if (isOffline && reference.kind !== 'path') return planOffline(await locate(reference), text);
      const onRetry = (reason: string, seconds: number) => report({ kind: 'retrying', file: text, reason, seconds });
      const retries = createRetries({ clock, signal, onRetry });
      let plan: PullPlan | undefined;
      while (plan === undefined)
        plan = await planOnline(reference, signal, isRemote).catch((failure: unknown) => {
          // Who asks over HTTP is told at once, and may ask again.
          if (isRemote) throw failure;
          return retries.afterFailure(failure);
        });
      const missing = plan.files.reduce((sum, { bytes = 0, presentBytes }) => sum + bytes - presentBytes, 0);
      await requireSpace(plan.path, Math.max(0, missing), freeBytes).catch(asStorageFailure);
      return plan;
    },
    fetch: (plan, parts) => fetchPlan(plan, { ...parts, clock }).catch(asStorageFailure),
    async remove(weights) {
      const users = await usersOf(weights.files);
      if (users.length > 0) throw inUse(weights, users);
      const { repository } = weights;
      const removing =
        repository === undefined ? removePlain(filesDir, weights) : removeFromHubCache(cacheDir, repository, weights);
      return removing.catch(asStorageFailure);
    },
    async removeBegun(text) {
      const removed = await Promise.all(
        repositoriesOf(parseReference(text)).map((each) => removeBegun(cacheDir, each)),
      );
      const sum = (what: keyof Removed) => removed.reduce((all, each) => all + each[what], 0);
      return { files: sum('files'), bytes: sum('bytes') };
    },
    async close() {
      await Promise.all([opened.close(), web.close(), restrictedWeb.close()]);
    },
  };
}

function asStorageFailure(failure: unknown): never {
  throw storageFailure(failure);
}

/** Offline, a pull can only find that everything is there. */
function planOffline(local: LocalWeights | undefined, text: string): PullPlan {
  if (local === undefined)
    throw new ManifoldError(
      'weights_not_found',
      `${text} is not on this machine, and HF_HUB_OFFLINE or \`weights.offline\` forbids to download it.`,
      { param: 'model' },
    );
  const { reference, quantization, bytes, path } = local;
  const finish = () => Promise.resolve();
  return {
    reference,
    from: 'this machine',
    quantization,
    files: [],
    totalBytes: bytes,
    presentBytes: bytes,
    path,
    finish,
  };
}

function notFromAfar(): ManifoldError {
  return new ManifoldError(
    'invalid_value',
    'A path is taken from the command line only; over HTTP name a model, hf:org/name:QUANT, or a URL of an allowed host.',
    { param: 'model' },
  );
}

function inUse({ reference }: LocalWeights, users: readonly number[]): ManifoldError {
  return new ManifoldError(
    'weights_in_use',
    `${reference} is loaded by ${users.length === 1 ? 'process' : 'processes'} ${users.join(', ')}; unload it or stop the server first.`,
  );
}
