import type { Cards } from '../catalog/cards.ts';
import { findOnDisk, type WeightsOnDisk } from '../catalog/find-on-disk.ts';
import type { Pool, PoolModel } from '../engines/pool/pool.ts';
import { toManifoldError } from '../errors.ts';

interface Parts {
  readonly pool: Pick<Pool, 'add' | 'find' | 'remove'>;
  readonly cards: Cards;
  readonly weights: WeightsOnDisk;
  /** Whether weights that no card names are served too. */
  readonly servesAll: boolean;
  /** A model file as the pool takes it. */
  readonly modelOf: (id: string, path: string) => PoolModel;
  readonly log: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
}

/** Keeps the pool's models what lies on the disk, beside those of the configuration. */
export interface ModelsOnDisk {
  /** Looks again; resolves when the pool knows what there is. */
  look(): Promise<void>;
  close(): void;
}

/** Weights that another process pulls or removes are noticed within this time. */
const everyMs = 10_000;

export function createModelsOnDisk({ pool, cards, weights, servesAll, modelOf, log }: Parts): ModelsOnDisk {
  /** The file of each model that was added here. */
  const added = new Map<string, string>();
  let running: Promise<void> | undefined;

  /** Whether a model of ours has another file by now. One that is loaded goes on with what it has in memory. */
  const mayChange = (id: string, path: string): boolean => {
    const state = pool.find(id)?.engine.state().kind;
    return added.has(id) && added.get(id) !== path && (state === 'available' || state === 'failed');
  };
  const look = async () => {
    const found = await findOnDisk(cards, weights);
    const wanted = new Map(found.filter(({ card }) => servesAll || card !== undefined).map((each) => [each.id, each]));
    for (const [id, { path }] of wanted) {
      if (mayChange(id, path)) await pool.remove(id);
      if (pool.find(id)) continue;
      pool.add({ ...modelOf(id, path), isFallback: true });
      added.set(id, path);
      log.info({ model: id }, 'model found on disk');
    }
    for (const id of added.keys()) {
      if (wanted.has(id)) continue;
      added.delete(id);
      // It goes once its requests are answered, which nobody here waits for.
      void pool.remove(id).then(
        () => log.info({ model: id }, 'model is gone from the disk'),
        (failure: unknown) =>
          log.warn({ model: id, reason: toManifoldError(failure).message }, 'model was not removed'),
      );
    }
  };
  const lookOnce = () =>
    (running ??= look()
      .catch((err: unknown) => log.warn({ err }, 'the weights on disk cannot be listed'))
      .finally(() => {
        running = undefined;
      }));
  const timer = setInterval(() => void lookOnce(), everyMs).unref();
  return {
    async look() {
      // One that is under way may have begun too early.
      await running;
      await lookOnce();
    },
    close: () => clearInterval(timer),
  };
}
