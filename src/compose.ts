import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createAuthenticator } from './access/authenticator.ts';
import type { KeyStore } from './access/key-store.ts';
import type { Cards } from './catalog/cards.ts';
import type { WeightsStore } from './catalog/weights/weights-store.ts';
import type { Config } from './config/config.ts';
import type { ServedModel } from './engines/served-model.ts';
import type { Catalogue } from './engines/upstream/catalogue.ts';
import { packageRoot } from './config/package-root.ts';
import { ManifoldError } from './errors.ts';
import { createChat } from './inference/chat.ts';
import { createEmbed } from './inference/embed.ts';
import { createModels } from './inference/models.ts';
import { nameSuccessors } from './inference/name-successors.ts';
import { showImagesTo } from './inference/show-images.ts';
import { createTokenTools } from './inference/token-tools.ts';
import { createImages } from './images/images.ts';
import { isLoopback } from './lib/is-loopback.ts';
import type { Logger } from './observability/logger.ts';
import { createMetrics, type Metrics } from './observability/metrics.ts';
import { createApp } from './server/app.ts';
import { createEndpoints } from './server/endpoints/index.ts';
import { listen, type Listening } from './server/listen.ts';
import { createRunningExchanges } from './server/running-exchanges.ts';
import { createVerifier } from './verification/verifier.ts';

/** JSON values in one body: about ten times what 2048 messages of text parts need. */
const maxBodyValues = 200_000;
const stalledAfterMs = 30_000;

export interface ComposeOptions {
  readonly config: Config;
  readonly engines: readonly ServedModel[];
  /** Servers elsewhere that answer for models. */
  readonly catalogues?: readonly Catalogue[];
  /** What is known of models, served here or not. Default: nothing. */
  readonly cards?: Cards;
  readonly keyStore: KeyStore;
  /** Where weights are pulled to over HTTP. Default: they are not. Closed with the server. */
  readonly weights?: WeightsStore | undefined;
  readonly logger: Logger;
  readonly version: string;
  /** Where the engines count too. Default: metrics of its own. */
  readonly metrics?: Metrics;
  /** Where the built chat page lies. Default: `web/dist` of the package. */
  readonly webDir?: string;
  /** False: no chat page and no documentation. Default: true. */
  readonly hasPages?: boolean;
}

export interface Server {
  readonly app: ReturnType<typeof createApp>;
  /** Binds the address, then starts the engines without waiting for them: health tells when they are ready. */
  start(): Promise<Listening>;
  /** Drains, then closes the engines. A second call cuts the draining short. */
  stop(): Promise<void>;
}

/** The composition root: configuration in, running parts out. */
export async function compose(options: ComposeOptions): Promise<Server> {
  const { config, engines, catalogues = [], cards, keyStore, logger, version, metrics = createMetrics() } = options;
  const { limits, timeouts, auth, host, port } = config;
  await refuseOpenServer(config, keyStore);

  const models = createModels(engines, catalogues, { cards });
  const running = createRunningExchanges();
  const verifier = createVerifier();
  const { resolve: resolveImages, close: closeImages } = createImages(config.images);
  const chat = createChat({
    models,
    limits,
    commitAfterMs: timeouts.commitAfterSeconds * 1000,
    sink: metrics,
    findProblem: (...check) => verifier.findProblem(...check),
  });
  const embed = createEmbed({ models, sink: metrics });
  const authenticator = auth.enabled ? createAuthenticator(keyStore, auth.keys) : undefined;
  const tls = config.tls ? await readTls(config.tls) : undefined;
  const endpoints = createEndpoints({
    chat: nameSuccessors(showImagesTo(chat, { models, resolveImages }), models),
    embed,
    models,
    tokenTools: createTokenTools(models, resolveImages),
    metrics,
    running,
    weights: options.weights,
    version,
    hasPages: options.hasPages ?? true,
    webDir: options.webDir ?? path.join(packageRoot, 'web/dist'),
    licenseFile: path.join(packageRoot, 'LICENSE'),
    keepAliveMs: timeouts.keepAliveSeconds * 1000,
    stalledAfterMs,
  });
  const app = createApp({
    endpoints,
    authenticator,
    running,
    logger,
    metrics,
    bounds: { maxDepth: limits.maxBodyDepth, maxValues: maxBodyValues },
    maxBodyBytes: limits.maxBodyBytes,
    ...(tls ? { tls } : {}),
  });
  app.addHook('onClose', closeImages);

  let listening: Listening | undefined;
  return {
    app,
    async start() {
      listening = await listen(app, {
        host,
        port,
        isTls: Boolean(tls),
        running,
        drainMs: timeouts.drainSeconds * 1000,
      });
      for (const { id, engine } of engines) {
        engine.start().catch((err: unknown) => logger.error({ model: id, err }, 'engine did not start'));
      }
      for (const catalogue of catalogues) {
        catalogue
          .start()
          .catch((err: unknown) => logger.error({ engine: catalogue.name, err }, 'engine did not start'));
      }
      return listening;
    },
    async stop() {
      await (listening ? listening.stop() : app.close());
      await Promise.allSettled([
        ...engines.map(({ engine }) => engine.close()),
        ...catalogues.map((catalogue) => catalogue.close()),
        verifier.close(),
        options.weights?.close(),
      ]);
    },
  };
}

/** Whoever can reach the address can use the models, so an address others can reach needs a key. */
async function refuseOpenServer({ host, auth }: Config, keyStore: KeyStore): Promise<void> {
  if (isLoopback(host)) return;
  if (!auth.enabled) {
    throw new ManifoldError(
      'configuration_invalid',
      `Keys are switched off, which is allowed on a loopback address only, not on ${host}.`,
    );
  }
  if (auth.keys.length === 0 && (await keyStore.list()).length === 0) {
    throw new ManifoldError(
      'configuration_invalid',
      `${host} can be reached by others and no API key exists. Set one (auth.keys) or run \`manifold keys reset\`.`,
    );
  }
}

async function readTls({
  cert,
  key,
}: {
  readonly cert: string;
  readonly key: string;
}): Promise<{ readonly cert: Buffer; readonly key: Buffer }> {
  try {
    const [certBytes, keyBytes] = await Promise.all([readFile(cert), readFile(key)]);
    return { cert: certBytes, key: keyBytes };
  } catch (cause) {
    throw new ManifoldError('configuration_invalid', `The TLS certificate or key cannot be read: ${cert}, ${key}.`, {
      cause,
    });
  }
}
