import path from 'node:path';
import { createAccess, type KeptKeys } from './access/access.ts';
import { refuseOpenAddress } from './access/refuse-open-address.ts';
import { createConfiguredKeys } from './access/configured-keys.ts';
import type { Principal } from './access/principal.ts';
import type { Cards } from './catalog/cards.ts';
import type { WeightsStore } from './catalog/weights/weights-store.ts';
import type { Config } from './config/config.ts';
import type { ServedModel } from './engines/served-model.ts';
import { withOverflow } from './engines/overflow.ts';
import type { Pool } from './engines/pool/pool.ts';
import type { Catalogue } from './engines/upstream/catalogue.ts';
import { priceOf } from './api/price.ts';
import { packageRoot } from './config/package-root.ts';
import { reload, reloadableValue } from './config/reloadable.ts';
import { ManifoldError } from './errors.ts';
import { createAccountCalls } from './inference/accounts/account-calls.ts';
import { createAccounts } from './inference/accounts/accounts.ts';
import { createBusyModels } from './inference/busy-models.ts';
import { createChat } from './inference/chat.ts';
import { createEmbed } from './inference/embed.ts';
import { limitSubjects } from './inference/accounts/limit-subjects.ts';
import { limiterWithUse } from './inference/accounts/limiter-with-use.ts';
import { createModels } from './inference/models/models.ts';
import { nameSuccessors } from './inference/models/name-successors.ts';
import { showImagesTo } from './inference/show-images.ts';
import { createTokenTools } from './inference/token-tools.ts';
import { unservedNames } from './inference/models/unserved-names.ts';
import { createImages } from './images/images.ts';
import type { Ledger } from './ledger/ledger.ts';
import { parseUsageQuery } from './ledger/parse-usage-query.ts';
import { presentUsage } from './ledger/present-usage.ts';
import type { UsageLedger } from './ledger/usage-ledger.ts';
import { createSystemClock, type Clock } from './lib/clock.ts';
import type { Limiter } from './limits/limiter.ts';
import type { Logger } from './observability/logger.ts';
import { createMetrics, type Metrics } from './observability/metrics.ts';
import { createApp } from './server/app.ts';
import { adminEndpoints, createEndpoints, type EndpointParts } from './server/endpoints/index.ts';
import { listen, type Listening } from './server/listen.ts';
import { readTls } from './server/read-tls.ts';
import { createRunningExchanges } from './server/running-exchanges.ts';
import { createVerifier } from './verification/verifier.ts';

/** JSON values in one body: about ten times what 2048 messages of text parts need. */
const maxBodyValues = 200_000;
const stalledAfterMs = 30_000;

export interface ComposeOptions {
  readonly config: Config;
  /** Engines that are there as long as the server is. */
  readonly engines?: readonly ServedModel[];
  /** Local models that come into memory and leave it. */
  readonly pool?: Pool;
  /** Servers elsewhere that answer for models. */
  readonly catalogues?: readonly Catalogue[];
  /** Keys beside those of the configuration. Default: none, and none to manage. */
  readonly keptKeys?: KeptKeys | undefined;
  /** What is known of models, served here or not. Default: nothing. */
  readonly cards?: Cards;
  /** Where weights are pulled to over HTTP. Default: they are not. Closed with the server. */
  readonly weights?: WeightsStore | undefined;
  readonly logger: Logger;
  readonly version: string;
  /** Where limits are counted. Default: in the memory of this server. */
  readonly limiter?: Limiter;
  /** Where records of use are kept; one that can be asked is, for a route and for the limits. Default: nowhere. */
  readonly ledger?: Ledger | UsageLedger;
  readonly clock?: Clock;
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
  /** Where keys are managed, if that is an address of its own; known once it listens. */
  adminUrl(): string | undefined;
  /**
   * Takes what of another configuration can be taken by a running server: all of it, or nothing when this throws. Returns
   * what else differs, dotted, and waits for the next start.
   */
  reload(next: Config): readonly string[];
  /** Logs what limits and prices are for that no model has as its id now: they hold for none. */
  tellUnserved(): void;
  /** Drains, then closes the engines. A second call cuts the draining short. */
  stop(): Promise<void>;
}

/** The composition root: configuration in, running parts out. */
export async function compose(options: ComposeOptions): Promise<Server> {
  const { config, engines = [], pool, catalogues = [], cards, keptKeys, logger, version } = options;
  const { limits, timeouts, auth, admin, host, port } = config;
  const { metrics = createMetrics(), clock = createSystemClock(), ledger } = options;
  await refuseOpenAddress(host, auth, keptKeys);

  if (pool) metrics.showLocalModels(() => pool.report());
  const here = { name: 'here', models: () => engines, find: (id: string) => engines.find((model) => model.id === id) };
  const local = pool ? [{ ...pool, name: 'local' }] : [];
  const observe = (model: string) => metrics.replicasOf(model);
  const sources = withOverflow([here, ...local, ...catalogues], { clock, log: logger, observe });
  const models = createModels(sources, { cards, hidesModels: auth.hideModels });
  const running = createRunningExchanges();
  const verifier = createVerifier();
  const { resolve: resolveImages, close: closeImages } = createImages(config.images);
  const known = ledger && 'usage' in ledger ? ledger : undefined;
  const limitsNow = reloadableValue(
    ['limits.global', 'limits.models', 'limits.teams', 'limits.perKey', 'limits.tokensPerImage'],
    (now) => now.limits,
    config,
    () => busyModels.look(),
  );
  const prices = reloadableValue(['prices'], (now) => now.prices, config);
  const accounts = createAccounts({
    limiter: options.limiter ?? (await limiterWithUse(clock, known)),
    ledger,
    subjectsOf: (principal, model) => limitSubjects(limitsNow.current, principal, model),
    priceOf: (model) => priceOf(prices.current, model),
  });
  const tokensPerImage = () => limitsNow.current.tokensPerImage;
  const accountCalls = createAccountCalls({ accounts, models, tokensPerImage });
  const busyModels = createBusyModels({
    clock,
    mostRunning: (model) => {
      const { models: byModel } = limitsNow.current;
      return Object.hasOwn(byModel, model) ? byModel[model]?.maxConcurrency : undefined;
    },
    mostWaiting: limits.queue.mostWaiting,
    waitMs: limits.queue.waitSeconds * 1000,
  });
  const chat = createChat({
    models,
    busyModels,
    limits,
    tokensPerImage,
    commitAfterMs: timeouts.commitAfterSeconds * 1000,
    sink: metrics,
    findProblem: (...check) => verifier.findProblem(...check),
  });
  const partChat = nameSuccessors(showImagesTo(chat, { models, resolveImages }), models);
  const embed = createEmbed({ models, busyModels, sink: metrics });
  const onRevoke = reloadableValue(['auth.onRevoke'], (now) => now.auth.onRevoke, config);
  const endAnswers = (isMeant: (principal: Principal) => boolean) => {
    if (onRevoke.current === 'finish') return;
    const reason = new ManifoldError('invalid_api_key', 'The API key was revoked before the answer was complete.');
    running.abortAll(reason, ({ principal }) => principal !== undefined && isMeant(principal));
  };
  const configuredKeys = createConfiguredKeys();
  const configured = reloadableValue(
    ['auth.keys'],
    (now) => configuredKeys.read(now.auth.keys),
    config,
    (now) => endAnswers((principal) => configuredKeys.isGone(principal, now)),
  );
  const access = createAccess({
    kept: keptKeys,
    configured: () => configured.current,
    now: Date.now,
    clock,
    onEnded: (keyIds) => endAnswers(({ keyId }) => keyIds.has(keyId)),
    onFailure: (err) => logger.error({ err }, 'changes of keys cannot be read; trying again'),
  });
  const tls = config.tls ? await readTls(config.tls) : undefined;
  const parts: EndpointParts = {
    chat: accountCalls.chat(partChat),
    partChat,
    embed: accountCalls.embed(embed),
    accountCalls,
    models,
    local: pool,
    tokenTools: createTokenTools(models, resolveImages),
    keys: access.keys,
    isAdminElsewhere: admin !== undefined,
    standing: {
      remaining: (principal) => accounts.look(principal),
      usage: known && (async (key) => presentUsage(await known.usage(parseUsageQuery({ key }, Date.now())))),
    },
    metrics,
    ledger: known,
    running,
    weights: options.weights,
    version,
    hasPages: options.hasPages ?? true,
    webDir: options.webDir ?? path.join(packageRoot, 'web/dist'),
    licenseFile: path.join(packageRoot, 'LICENSE'),
    pace: { keepAliveMs: timeouts.keepAliveSeconds * 1000, stalledAfterMs },
  };
  const common = {
    authenticator: auth.enabled ? access.authenticator : undefined,
    accounts,
    running,
    logger,
    metrics,
    bounds: { maxDepth: limits.maxBodyDepth, maxValues: maxBodyValues },
    maxBodyBytes: limits.maxBodyBytes,
    ...(tls ? { tls } : {}),
  };
  const app = createApp({ endpoints: createEndpoints(parts), ...common });
  app.addHook('onClose', closeImages);
  const adminApp = admin && createApp({ endpoints: adminEndpoints(parts), ...common });

  const tellUnserved = () => {
    const named = { limits: limitsNow.current.models, prices: prices.current };
    const unserved = unservedNames(named, models.list());
    if (unserved.length > 0) logger.warn({ models: unserved }, 'limits or prices are for models that are not served');
  };

  let listening: Listening | undefined;
  let adminListening: Listening | undefined;
  return {
    app,
    adminUrl: () => adminListening?.url,
    async start() {
      const manner = { isTls: Boolean(tls), running, drainMs: timeouts.drainSeconds * 1000 };
      if (admin && adminApp) {
        adminListening = await listen(adminApp, {
          ...admin,
          ...manner,
          settings: { host: 'admin.host', port: 'admin.port' },
        });
      }
      listening = await listen(app, { host, port, ...manner });
      for (const { id, engine } of engines) {
        engine.start().catch((err: unknown) => logger.error({ model: id, err }, 'engine did not start'));
      }
      pool?.start().catch((err: unknown) => logger.error({ err }, 'models were not loaded'));
      for (const catalogue of catalogues) {
        catalogue
          .start()
          .catch((err: unknown) => logger.error({ engine: catalogue.name, err }, 'engine did not start'));
      }
      return listening;
    },
    reload(next) {
      // What a running server cannot take is compared with what it was started with.
      // The policy first: what becomes of the keys that go is decided by the one that comes with it.
      const waiting = reload([onRevoke, configured, limitsNow, prices], config, next);
      tellUnserved();
      return waiting;
    },
    tellUnserved,
    async stop() {
      await Promise.all([listening?.stop() ?? app.close(), adminListening?.stop() ?? adminApp?.close()]);
      access.stop();
      await Promise.allSettled([
        ...engines.map(({ engine }) => engine.close()),
        pool?.close(),
        ...catalogues.map((catalogue) => catalogue.close()),
        verifier.close(),
        options.weights?.close(),
      ]);
    },
  };
}
