import type { ReplicaSettings, UpstreamSettings } from '../../api/internal/upstream-settings.ts';
import type { Engine } from '../engine.ts';
import { quirksOf } from '../quirks/index.ts';
import { createAdaptiveLimit } from './adaptive-limit.ts';
import { createEndpoint } from '../openai-compatible/endpoint.ts';
import type { EngineLoad } from './engine-load.ts';
import { createMonitor, type Monitor } from './monitor.ts';
import { createUpstreamEngine } from './upstream-engine.ts';

/** One address of a server. */
export interface Place {
  readonly replica: ReplicaSettings;
  readonly monitor: Monitor;
  /**
   * By what the server calls the model, for one of its ids here: the engine stays the same as long as the address does.
   * What is known of the model is known under all its ids; each closes an engine of its own.
   */
  engineOf(model: string, id: string): Engine;
  /**
   * The address is no longer one of the server's. What runs there may end, and what belongs to it may follow; resolves
   * once all its engines were closed, and its connections with them.
   */
  leave(): Promise<void>;
  close(): Promise<void>;
}

interface Told {
  /** After a look that changed what is known. */
  readonly onChange: () => void;
  /** What there is to do at an address; undefined where that is not known. */
  readonly onLoad?: ((address: string, load: EngineLoad | undefined) => void) | undefined;
}

/** Opens an address. */
export function openPlace(replica: ReplicaSettings, settings: UpstreamSettings, told: Told): Place {
  const quirks = quirksOf[settings.kind];
  const checkMs = settings.checkMs ?? quirks.checkSeconds * 1000;
  // What stands before a fleet has the routes of the API, and hardly those of its engines.
  const healthPath = settings.healthPath ?? (settings.selfRouting ? '/v1/models' : quirks.healthPath);
  const endpoint = createEndpoint(replica.url, settings, quirks);
  const monitor = createMonitor({
    endpoint,
    healthPath,
    checkMs,
    onChange: told.onChange,
    // What stands before a fleet does not tell what the engines have to do.
    loadNames: settings.selfRouting ? undefined : quirks.load,
    onLoad: (load) => told.onLoad?.(replica.url, load),
  });
  const models = new Map<string, Engine>();
  const engines = new Map<string, Engine>();
  /** Ids whose engines were handed out and not closed since. */
  const inUse = new Set<string>();
  let onUnused: () => void = () => undefined;

  const create = (model: string): Engine => {
    // Limits that are not published are those of a model.
    const { firstByteTimeoutMs: firstMs, selfRouting } = settings;
    // Whoever waits has time left for the answer to begin.
    const longestWaitMs = firstMs > 0 ? firstMs * 0.75 : undefined;
    const limit = quirks.adaptsConcurrency && !selfRouting ? createAdaptiveLimit({ longestWaitMs }) : undefined;
    const { answerFormat, images } = settings;
    return createUpstreamEngine({ endpoint, monitor, quirks, model, limit, answerFormat, images });
  };
  const createFor = (id: string, model: string): Engine => {
    const known = models.get(model) ?? create(model);
    models.set(model, known);
    return {
      ...known,
      async close() {
        inUse.delete(id);
        if (inUse.size === 0) onUnused();
      },
    };
  };

  return {
    replica,
    monitor,
    engineOf(model, id) {
      const engine = engines.get(id) ?? createFor(id, model);
      engines.set(id, engine);
      inUse.add(id);
      return engine;
    },
    async leave() {
      monitor.close();
      told.onLoad?.(replica.url, undefined);
      if (inUse.size > 0) await new Promise<void>((resolve) => (onUnused = resolve));
      // One that was closed meanwhile has nothing left to end.
      await endpoint.drain().catch(() => undefined);
    },
    async close() {
      monitor.close();
      await endpoint.close();
    },
  };
}
