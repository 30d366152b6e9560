import type { Keys } from '../../access/keys.ts';
import type { AccountCalls } from '../../inference/account-calls.ts';
import type { Chat } from '../../inference/chat.ts';
import type { Embed } from '../../inference/embed.ts';
import type { UsageLedger } from '../../ledger/usage-ledger.ts';
import type { Models } from '../../inference/models.ts';
import type { TokenTools } from '../../inference/token-tools.ts';
import type { Metrics } from '../../observability/metrics.ts';
import type { Endpoint } from '../endpoint.ts';
import { createOpenapi } from '../openapi.ts';
import type { RunningExchanges } from '../running-exchanges.ts';
import { auditEndpoint } from './audit.ts';
import { chatCompletions } from './chat-completions.ts';
import { chatAssets, chatPage } from './chat-page.ts';
import { completions } from './completions.ts';
import { docsPage, openapi } from './documentation.ts';
import { embeddings } from './embeddings.ts';
import { live, ready, versionEndpoint } from './health.ts';
import { keyRoutes } from './keys.ts';
import { managementRoutes } from './management.ts';
import { meEndpoint, type Standing } from './me.ts';
import { metricsEndpoint } from './metrics.ts';
import { getModel, listModels } from './models.ts';
import { renderChat, renderCompletion } from './render.ts';
import { detokenizeRoutes, tokenizeRoutes } from './tokenize.ts';
import { usageEndpoint } from './usage.ts';

export interface EndpointParts {
  readonly chat: Chat;
  readonly partChat: Chat;
  readonly accountCalls: AccountCalls;
  readonly embed: Embed;
  readonly models: Models;
  readonly tokenTools: TokenTools;
  /** Absent where no keys are managed here: none are kept, or there is an address of its own for it. */
  readonly keys?: Keys | undefined;
  readonly standing: Standing;
  readonly metrics: Metrics;
  readonly ledger: UsageLedger | undefined;
  readonly running: RunningExchanges;
  readonly version: string;
  readonly hasPages: boolean;
  readonly webDir: string;
  readonly licenseFile: string;
  readonly keepAliveMs: number;
  readonly stalledAfterMs: number;
}

/** Every route of the server. */
export function createEndpoints(parts: EndpointParts): readonly Endpoint[] {
  const { models, keys, standing, metrics, ledger, running, version, hasPages, webDir } = parts;
  const endpoints: readonly Endpoint[] = [
    chatCompletions(parts),
    embeddings(parts),
    listModels(models),
    getModel(models),
    live(),
    ready(models, running),
    versionEndpoint(version),
    renderChat(parts),
    completions(parts),
    renderCompletion(parts),
    ...tokenizeRoutes(parts),
    ...detokenizeRoutes(parts),
    ...managementRoutes(parts),
    metricsEndpoint(metrics),
    meEndpoint(models, standing),
    ...(keys ? adminEndpoints(keys) : []),
    ...(ledger ? [usageEndpoint(ledger)] : []),
    ...(hasPages
      ? [openapi(() => createOpenapi(endpoints, version)), docsPage(), chatPage(webDir), chatAssets(webDir)]
      : []),
  ];
  return endpoints;
}

/** The routes for managing keys. */
export function adminEndpoints(keys: Keys): readonly Endpoint[] {
  return [...keyRoutes(keys), auditEndpoint(keys)];
}
