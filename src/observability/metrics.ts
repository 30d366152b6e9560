import Counter from 'prom-client/lib/counter.js';
import Gauge from 'prom-client/lib/gauge.js';
import Histogram from 'prom-client/lib/histogram.js';
import Registry from 'prom-client/lib/registry.js';

/** Every metric of Manifold. A `model` label is always an id that is served, never what a client made up. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: 'manifold_requests_total',
    help: 'HTTP requests answered, by route, model and status.',
    labelNames: ['route', 'model', 'status'],
    registers,
  });
  const duration = new Histogram({
    name: 'manifold_request_duration_seconds',
    help: 'From the first byte of a request to the last of its answer.',
    labelNames: ['route'],
    buckets: [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
    registers,
  });
  const promptTokens = new Counter({
    name: 'manifold_prompt_tokens_total',
    help: 'Prompt tokens processed.',
    labelNames: ['model'],
    registers,
  });
  const cachedTokens = new Counter({
    name: 'manifold_cached_prompt_tokens_total',
    help: 'Prompt tokens that were computed for an earlier request; part of the prompt tokens.',
    labelNames: ['model'],
    registers,
  });
  const completionTokens = new Counter({
    name: 'manifold_completion_tokens_total',
    help: 'Tokens generated, all choices together.',
    labelNames: ['model'],
    registers,
  });
  const timeToFirstToken = new Histogram({
    name: 'manifold_time_to_first_token_seconds',
    help: 'From the request to its first generated token.',
    labelNames: ['model'],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers,
  });
  const running = new Gauge({
    name: 'manifold_requests_running',
    help: 'Requests whose tokens are being generated.',
    labelNames: ['model'],
    registers,
  });
  const waiting = new Gauge({
    name: 'manifold_requests_waiting',
    help: 'Requests accepted that have no token yet.',
    labelNames: ['model'],
    registers,
  });
  const ofReplica = ['model', 'replica'] as const;
  const outstanding = new Gauge({
    name: 'manifold_replica_requests_outstanding',
    help: 'Requests that a replica is working on.',
    labelNames: ofReplica,
    registers,
  });
  const ejections = new Counter({
    name: 'manifold_replica_ejections_total',
    help: 'Times a replica was left without requests for its faults.',
    labelNames: ofReplica,
    registers,
  });
  const retries = new Counter({
    name: 'manifold_replica_retries_total',
    help: 'Requests sent on after a replica failed them, by the failure.',
    labelNames: [...ofReplica, 'code'],
    registers,
  });
  const loads = new Counter({
    name: 'manifold_local_model_loads_total',
    help: 'Times a model of this machine was loaded, by how that ended: loaded, or the code of its failure.',
    labelNames: ['model', 'outcome'],
    registers,
  });
  const loadDuration = new Histogram({
    name: 'manifold_local_model_load_duration_seconds',
    help: 'From when a model of this machine was asked for until it could answer, waiting for memory included.',
    labelNames: ['model'],
    buckets: [0.5, 1, 2.5, 5, 10, 30, 60, 120, 300],
    registers,
  });

  const ledgerFailures = new Counter({
    name: 'manifold_ledger_failures_total',
    help: 'Times that what requests used could not be kept at once, by where.',
    labelNames: ['place'],
    registers,
  });
  const ofEngine = ['engine', 'address'] as const;
  const engineRunning = new Gauge({
    name: 'manifold_engine_requests_running',
    help: 'Requests that a server elsewhere says it is working on, whoever asked.',
    labelNames: ofEngine,
    registers,
  });
  const engineWaiting = new Gauge({
    name: 'manifold_engine_requests_waiting',
    help: 'Requests that a server elsewhere says are waiting there.',
    labelNames: ofEngine,
    registers,
  });
  const engineCache = new Gauge({
    name: 'manifold_engine_cache_use_ratio',
    help: 'The share of its key-value cache that a server elsewhere says is in use.',
    labelNames: ofEngine,
    registers,
  });

  return {
    ledgerFailed: (place: 'journal' | 'database') => ledgerFailures.inc({ place }),
    /** What a server elsewhere says of itself; undefined when that is not known, or not any more. */
    engineLoad(of: { readonly engine: string; readonly address: string }, load: EngineFigures | undefined) {
      const show = (gauge: typeof engineRunning, value: number | undefined) => {
        if (value === undefined) gauge.remove(of);
        else gauge.set(of, value);
      };
      show(engineRunning, load?.running);
      show(engineWaiting, load?.waiting);
      show(engineCache, load?.cacheUse);
    },
    /** What is counted of the replicas of a model. A removed one shows no work any more; what it did stays counted. */
    replicasOf: (model: string) => ({
      outstandingChanged: (replica: string, by: 1 | -1) => outstanding.inc({ model, replica }, by),
      ejected: (replica: string) => ejections.inc({ model, replica }),
      retried: (replica: string, code: string) => retries.inc({ model, replica, code }),
      removed: (replica: string) => outstanding.remove({ model, replica }),
    }),
    localModelLoadEnded(model: string, tookMs: number, failure: { readonly code: string } | undefined) {
      loads.inc({ model, outcome: failure?.code ?? 'loaded' });
      if (failure === undefined) loadDuration.observe({ model }, tookMs / 1000);
    },
    /** Shows the models of this machine, as they are whenever somebody looks. */
    showLocalModels(now: () => readonly LocalModelFigures[]) {
      const gauge = (name: string, help: string, value: (figures: LocalModelFigures) => number) =>
        new Gauge({
          name,
          help,
          labelNames: ['model'],
          registers,
          collect() {
            this.reset();
            for (const figures of now()) this.set({ model: figures.id }, value(figures));
          },
        });
      gauge(
        'manifold_local_model_loaded',
        'Whether a model of this machine can answer at once (1) or has to be loaded before (0).',
        ({ state }) => (state.kind === 'ready' ? 1 : 0),
      );
      gauge(
        'manifold_local_model_resident_bytes',
        'Memory that the process of a model of this machine has.',
        ({ residentBytes }) => residentBytes ?? 0,
      );
    },
    requestEnded(request: {
      readonly route: string;
      readonly model: string;
      readonly status: number;
      readonly durationMs: number;
    }) {
      requests.inc({ route: request.route, model: request.model, status: String(request.status) });
      duration.observe({ route: request.route }, request.durationMs / 1000);
    },
    waitingChanged(model: string, by: 1 | -1) {
      waiting.inc({ model }, by);
    },
    runningChanged(model: string, by: 1 | -1) {
      running.inc({ model }, by);
    },
    firstToken(model: string, afterMs: number) {
      timeToFirstToken.observe({ model }, afterMs / 1000);
    },
    tokensUsed(model: string, tokens: { prompt: number; cached: number; completion: number }) {
      promptTokens.inc({ model }, tokens.prompt);
      cachedTokens.inc({ model }, tokens.cached);
      completionTokens.inc({ model }, tokens.completion);
    },
    contentType: registry.contentType,
    render: () => registry.metrics(),
  };
}
interface LocalModelFigures {
  readonly id: string;
  readonly state: { readonly kind: string };
  readonly residentBytes: number | undefined;
}
interface EngineFigures {
  readonly running: number;
  readonly waiting: number;
  readonly cacheUse: number | undefined;
}

export type Metrics = ReturnType<typeof createMetrics>;
