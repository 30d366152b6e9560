import { z } from 'zod';
import { priceTable } from '../api/price.ts';
import { adminListener, authSettings } from './auth.ts';
import { catalogSettings } from './catalog.ts';
import { imageSettings } from './images.ts';
import { ledgerSettings } from './ledger.ts';
import { usageLimits } from './limits.ts';
import { loadingSettings } from './loading.ts';
import { localModel } from './local-model.ts';
import { upstreamEngine } from './upstream-engine.ts';
import { weightsSettings } from './weights.ts';

/** The whole configuration. Strict: an unknown key stops the start. */
export const config = z.strictObject({
  host: z.string().min(1).default('127.0.0.1'),
  port: z.int().min(0).max(65535).default(8000),
  tls: z.strictObject({ cert: z.string().min(1), key: z.string().min(1) }).optional(),
  /** Where keys and the lock live. Default: `$XDG_STATE_HOME/manifold`. */
  stateDir: z.string().min(1).optional(),
  auth: authSettings.prefault({}),
  admin: adminListener.optional(),
  /** Empty: the built-in model. */
  models: z.array(localModel).default([]),
  /** False: no built-in model where none is named. */
  builtIn: z.boolean().default(true),
  /** Servers elsewhere that answer for models; their models stand beside the local ones. */
  engines: z.array(upstreamEngine).default([]),
  loading: loadingSettings.prefault({}),
  limits: z
    .strictObject({
      /** Highest `n` a request may ask for. */
      maxChoices: z.int().min(1).max(128).default(32),
      /** Largest request body in bytes. */
      maxBodyBytes: z
        .int()
        .min(1024)
        .default(32 * 1024 * 1024),
      /** Deepest nesting of a JSON body. */
      maxBodyDepth: z.int().min(8).default(64),
      ...usageLimits,
    })
    .prefault({}),
  /** What tokens cost. */
  prices: priceTable.default({}),
  images: imageSettings.prefault({}),
  ledger: ledgerSettings.prefault({}),
  catalog: catalogSettings.prefault({}),
  weights: weightsSettings.prefault({}),
  timeouts: z
    .strictObject({
      /** Seconds a stopping server waits for running requests. */
      drainSeconds: z.number().min(0).default(600),
      /** Seconds of waiting after which a stream's headers leave without content. */
      commitAfterSeconds: z.number().min(0).default(10),
      /** Seconds between keep-alive comments on a silent stream. */
      keepAliveSeconds: z.number().min(1).default(10),
      /** Seconds a request waits for an engine that is loading or restarting. */
      engineStartSeconds: z.number().min(0).default(60),
      /** Seconds without progress after which an engine is ended and started again. */
      engineStallSeconds: z.number().min(2).default(120),
    })
    .prefault({}),
  /** A directory with libllama shared libraries, in place of the packaged ones. */
  libDir: z.string().min(1).optional(),
  /** llama.cpp's server, for models of that kind. Default: what `manifold engine build` made, else `llama-server` of the PATH. */
  llamaServer: z.string().min(1).optional(),
  logLevel: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  /** What a line of the log looks like; `auto`: as text on a terminal and as JSON elsewhere. */
  logFormat: z.enum(['auto', 'json', 'text']).default('auto'),
});
export type Config = z.infer<typeof config>;
