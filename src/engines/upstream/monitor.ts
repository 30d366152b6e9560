import { z } from 'zod';
import { embeddingFacts, type EmbeddingFacts } from '../../api/embedding-facts.ts';
import type { EngineState } from '../engine.ts';
import type { LoadNames } from '../quirks/quirks.ts';
import { connectionFailure } from '../openai-compatible/connection-failure.ts';
import type { Endpoint } from '../openai-compatible/endpoint.ts';
import { createLoadReader, type EngineLoad } from './engine-load.ts';

/** What a server says of a model that it lists. */
export interface ListedModel {
  readonly id: string;
  readonly ownedBy: string | undefined;
  readonly contextLength: number | null;
  readonly embedding?: EmbeddingFacts | undefined;
  readonly images?: boolean | undefined;
}

/** Looks at one server, again and again. */
export interface Monitor {
  state(): EngineState;
  /** Where a model of this server stands, as it calls it. */
  stateOf(model: string): EngineState;
  /** Whether a model takes images; undefined where the server does not tell. */
  seesImages(model: string): boolean | undefined;
  models(): readonly ListedModel[];
  /** Whether it was reached, ever, and could say which models it has. */
  wasReached(): boolean;
  /** What it had to do at the last look, beside what was asked from here; 0 where it does not tell. */
  othersWork(): number;
  /** Starts looking; resolves after the first look, well or not. */
  start(): Promise<void>;
  close(): void;
}

const length = z.int().positive().nullish().catch(null);
/** A model is there whatever else is said of it: what is not as expected is not known. */
const entry = z.object({
  id: z.string().min(1),
  owned_by: z.string().nullish().catch(null),
  max_model_len: length,
  /** llama.cpp's server tells it here. */
  meta: z.object({ n_ctx: length, n_ctx_train: length }).nullish().catch(null),
  manifold: z
    .object({ embedding: embeddingFacts.nullish().catch(null), images: z.boolean().nullish().catch(null) })
    .nullish()
    .catch(null),
});
/** Ollama's is null while it has no models. */
const listing = z.object({ data: z.array(z.unknown()).nullable() });
const patienceMs = 10_000;
const loadPatienceMs = 2000;

interface MonitorParts {
  readonly endpoint: Endpoint;
  /** Answers 200 when a request would be answered. */
  readonly healthPath: string;
  readonly checkMs: number;
  readonly onChange: () => void;
  /** Where it tells how much it has to do. */
  readonly loadNames?: LoadNames | undefined;
  /** Told after each look. */
  readonly onLoad?: ((load: EngineLoad | undefined) => void) | undefined;
}

/**
 * A server is ready when its health route says so, and failed while it does not; its models are asked for along with
 * it. `onChange` is told after a look that changed one or the other.
 */
export function createMonitor(parts: MonitorParts): Monitor {
  const { endpoint, healthPath, checkMs, onChange, loadNames, onLoad } = parts;
  let state: EngineState = { kind: 'loading', progress: 0 };
  let models: readonly ListedModel[] = [];
  let wasReached = false;
  let othersWork = 0;
  let timer: NodeJS.Timeout | undefined;
  const readLoad = loadNames && createLoadReader(loadNames);
  const closing = new AbortController();

  const look = async (): Promise<void> => {
    const before = JSON.stringify([state, models]);
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(patienceMs)]);
    try {
      if (healthPath !== '/v1/models') refuse((await endpoint.get(healthPath, signal)).status);
      const { status, text } = await endpoint.get('/v1/models', signal);
      // A server that is healthy need not list anything, but it has to know who asks.
      if (healthPath === '/v1/models' || status === 401) refuse(status);
      if (status === 200) models = readListing(text) ?? models;
      state = { kind: 'ready', contextLength: null, slots: null };
      // One that does not list them now may do so later.
      wasReached ||= status === 200 || status === 404;
    } catch (failure) {
      if (closing.signal.aborted) return;
      state = { kind: 'failed', message: reasonOf(failure) };
    }
    if (JSON.stringify([state, models]) !== before) onChange();
  };

  /** Figures are hints: a server that does not give them, or not soon, is none the worse. */
  const lookAtLoad = async (): Promise<void> => {
    if (readLoad === undefined || loadNames === undefined) return;
    if (state.kind !== 'ready') return void (othersWork = 0);
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(loadPatienceMs)]);
    const answer = await endpoint.get(loadNames.path, signal).catch(() => undefined);
    if (closing.signal.aborted) return;
    const load = answer?.status === 200 ? readLoad(answer.text) : undefined;
    othersWork = load === undefined ? 0 : Math.max(0, load.running + load.waiting - endpoint.open());
    onLoad?.(load);
  };

  /** Looks are spread, so that many servers are not asked at once; one that is away is asked sooner. */
  const again = () => {
    if (closing.signal.aborted) return;
    const waitMs = state.kind === 'ready' ? checkMs : Math.min(checkMs, 5000);
    timer = setTimeout(() => void look().then(lookAtLoad).finally(again), waitMs * (0.9 + Math.random() * 0.2)).unref();
  };

  /** Ollama leaves out the tag that everyone means. */
  const listedAs = (model: string) => models.find(({ id }) => id === model || id === `${model}:latest`);

  return {
    state: () => state,
    stateOf(model) {
      if (state.kind !== 'ready') return state;
      const listed = listedAs(model);
      return { ...state, contextLength: listed?.contextLength ?? null, embedding: listed?.embedding };
    },
    seesImages: (model) => listedAs(model)?.images,
    models: () => models,
    wasReached: () => wasReached,
    othersWork: () => othersWork,
    async start() {
      await look();
      void lookAtLoad();
      again();
    },
    close() {
      clearTimeout(timer);
      closing.abort();
    },
  };
}

class Unhealthy extends Error {}

function refuse(status: number): void {
  if (status === 200) return;
  if (status === 401 || status === 403) throw new Unhealthy('The engine refuses the key it is configured with.');
  if (status === 404)
    throw new Unhealthy(
      'The engine has nothing to look at where its address leads (status 404): see `url`, `apiPath` and `healthPath`.',
    );
  throw new Unhealthy(`The engine says that it is not ready (status ${status}).`);
}

function reasonOf(failure: unknown): string {
  if (failure instanceof Unhealthy) return failure.message;
  const { code, message } = connectionFailure(failure, new AbortController().signal);
  return code === 'upstream_tls' ? message : 'The engine cannot be reached.';
}

/** Undefined for what is no list of models: it says nothing of those that are known. */
function readListing(text: string): ListedModel[] | undefined {
  const listed = listing.safeParse(parsed(text));
  if (!listed.success) return undefined;
  return (listed.data.data ?? []).flatMap((each) => {
    const { data: model } = entry.safeParse(each);
    if (model === undefined) return [];
    const contextLength = model.max_model_len ?? model.meta?.n_ctx ?? model.meta?.n_ctx_train ?? null;
    const embedding = model.manifold?.embedding ?? undefined;
    const images = model.manifold?.images ?? undefined;
    return [{ id: model.id, ownedBy: model.owned_by ?? undefined, contextLength, embedding, images }];
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Unhealthy('The engine lists its models as something that is not JSON.');
  }
}
