import type { Keys } from '../../access/keys.ts';
import type { AccountCalls } from '../../inference/accounts/account-calls.ts';
import type { WeightsStore } from '../../catalog/weights/weights-store.ts';
import type { Chat } from '../../inference/chat.ts';
import type { Embed } from '../../inference/embed.ts';
import type { UsageLedger } from '../../ledger/usage-ledger.ts';
import type { LocalModels } from '../../inference/local-models.ts';
import type { Models } from '../../inference/models/models.ts';
import type { TokenTools } from '../../inference/token-tools.ts';
import type { Metrics } from '../../observability/metrics.ts';
import { audited } from './audited.ts';
import type { Endpoint } from '../endpoint.ts';
import type { StreamPace } from '../event-writer.ts';
import type { RunningExchanges } from '../running-exchanges.ts';
import { auditEndpoint } from './audit.ts';
import { chatCompletions } from './chat-completions.ts';
import { chatAssets, chatPage } from './chat-page.ts';
import { completions } from './completions.ts';
import { docsPage, openapi } from './documentation.ts';
import { embeddings } from './embeddings.ts';
import { live, ready, versionEndpoint } from './health.ts';
import { keyRoutes } from './keys.ts';
import { localModelRoutes } from './local-models.ts';
import { managementRoutes } from './management.ts';
import { meEndpoint, type Standing } from './me.ts';
import { metricsEndpoint } from './metrics.ts';
import { getModel, listModels } from './models.ts';
import { pullWeights } from './pull.ts';
import { renderChat, renderCompletion } from './render.ts';
import { detokenizeRoutes, tokenizeRoutes } from './tokenize.ts';
import { usageEndpoint } from './usage.ts';

export interface EndpointParts {
  readonly chat: Chat;
  readonly partChat: Chat;
  readonly accountCalls: AccountCalls;
  readonly embed: Embed;
  readonly models: Models;
  /** Models of this machine that come and go; absent where there are none. */
  readonly local?: LocalModels | undefined;
  readonly tokenTools: TokenTools;
  /** Absent where no keys are kept: there are none to manage then. */
  readonly keys?: Keys | undefined;
  /** Whether what needs the scope `admin` is answered on an address of its own. */
  readonly isAdminElsewhere: boolean;
  readonly standing: Standing;
  readonly metrics: Metrics;
  readonly ledger: UsageLedger | undefined;
  readonly running: RunningExchanges;
  /** Absent: nothing is downloaded over HTTP. */
  readonly weights?: WeightsStore | undefined;
  readonly version: string;
  readonly hasPages: boolean;
  readonly webDir: string;
  readonly licenseFile: string;
  readonly pace: StreamPace;
}

/** Every route of the server. */
export function createEndpoints(parts: EndpointParts): readonly Endpoint[] {
  const { models, isAdminElsewhere, standing, metrics, ledger, running, version, hasPages, webDir } = parts;
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
    ...(isAdminElsewhere ? [] : adminEndpoints(parts)),
    ...(ledger ? [usageEndpoint(ledger)] : []),
    ...(hasPages
      ? [openapi(() => documentOf(endpoints, version)), docsPage(), chatPage(webDir), chatAssets(webDir)]
      : []),
  ];
  return endpoints;
}

/** What makes the document is loaded when somebody asks for it. */
async function documentOf(endpoints: readonly Endpoint[], version: string): Promise<object> {
  const { createOpenapi } = await import('../openapi.ts');
  return createOpenapi(endpoints, version);
}

/** The routes for managing the server. */
export function adminEndpoints(
  parts: Pick<EndpointParts, 'keys' | 'local' | 'models' | 'weights' | 'standing' | 'pace'>,
): readonly Endpoint[] {
  const { keys, local, models, weights } = parts;
  const ofModels = [
    ...(local ? localModelRoutes(local, models) : []),
    ...(weights ? [pullWeights({ ...parts, weights })] : []),
  ];
  if (!keys) return ofModels;
  return [
    ...keyRoutes(keys),
    auditEndpoint(keys),
    ...ofModels.map((endpoint) => (endpoint.method === 'GET' ? endpoint : audited(endpoint, keys))),
  ];
}
