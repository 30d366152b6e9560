import { z } from 'zod';
import { embeddingFacts, type EmbeddingFacts } from '../../api/internal/engine-host.ts';
import type { EngineState } from '../engine.ts';
import { connectionFailure } from './connection-failure.ts';
import type { Endpoint } from './endpoint.ts';

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
  /** Whether it was reached, ever. */
  wasReached(): boolean;
  /** Starts looking; resolves after the first look, well or not. */
  start(): Promise<void>;
  close(): void;
}

const entry = z.object({
  id: z.string().min(1),
  owned_by: z.string().nullish(),
  max_model_len: z.int().positive().nullish(),
  /** llama.cpp's server tells it here. */
  meta: z.object({ n_ctx: z.int().nullish(), n_ctx_train: z.int().nullish() }).nullish(),
  manifold: z.object({ embedding: embeddingFacts.nullish(), images: z.boolean().nullish() }).nullish(),
});
const listing = z.object({ data: z.array(z.unknown()) });
const patienceMs = 10_000;

interface MonitorParts {
  readonly endpoint: Endpoint;
  /** Answers 200 when a request would be answered. */
  readonly healthPath: string;
  readonly checkMs: number;
  readonly onChange: () => void;
}

/**
 * A server is ready when its health route says so, and failed while it does not; its models are asked for along with
 * it. `onChange` is told after a look that changed one or the other.
 */
export function createMonitor({ endpoint, healthPath, checkMs, onChange }: MonitorParts): Monitor {
  let state: EngineState = { kind: 'loading', progress: 0 };
  let models: readonly ListedModel[] = [];
  let wasReached = false;
  let timer: NodeJS.Timeout | undefined;
  const closing = new AbortController();

  const look = async (): Promise<void> => {
    const before = JSON.stringify([state, models]);
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(patienceMs)]);
    try {
      if (healthPath !== '/v1/models') refuse((await endpoint.get(healthPath, signal)).status);
      const { status, text } = await endpoint.get('/v1/models', signal);
      // A server that is healthy need not list anything.
      if (healthPath === '/v1/models') refuse(status);
      if (status === 200) models = readListing(text);
      state = { kind: 'ready', contextLength: null, slots: null };
      wasReached = true;
    } catch (failure) {
      if (closing.signal.aborted) return;
      state = { kind: 'failed', message: reasonOf(failure) };
    }
    if (JSON.stringify([state, models]) !== before) onChange();
  };
  /** Looks are spread, so that many servers are not asked at once; one that is away is asked sooner. */
  const again = () => {
    if (closing.signal.aborted) return;
    const waitMs = state.kind === 'ready' ? checkMs : Math.min(checkMs, 5000);
    timer = setTimeout(() => void look().finally(again), waitMs * (0.9 + Math.random() * 0.2)).unref();
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
    async start() {
      await look();
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
  throw new Unhealthy(`The engine says that it is not ready (status ${status}).`);
}

function reasonOf(failure: unknown): string {
  if (failure instanceof Unhealthy) return failure.message;
  const { code, message } = connectionFailure(failure, new AbortController().signal);
  return code === 'upstream_tls' ? message : 'The engine cannot be reached.';
}

function readListing(text: string): ListedModel[] {
  const listed = listing.safeParse(JSON.parse(text));
  if (!listed.success) return [];
  return listed.data.data.flatMap((each) => {
    const { data: model } = entry.safeParse(each);
    if (model === undefined) return [];
    const contextLength = model.max_model_len ?? model.meta?.n_ctx ?? model.meta?.n_ctx_train ?? null;
    const embedding = model.manifold?.embedding ?? undefined;
    const images = model.manifold?.images ?? undefined;
    return [{ id: model.id, ownedBy: model.owned_by ?? undefined, contextLength, embedding, images }];
  });
}
