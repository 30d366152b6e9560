import type { WeightsStore } from '../../catalog/weights/weights-store.ts';
import type { Chat } from '../../inference/chat.ts';
import type { Embed } from '../../inference/embed.ts';
import type { Models } from '../../inference/models.ts';
import type { TokenTools } from '../../inference/token-tools.ts';
import type { Metrics } from '../../observability/metrics.ts';
import type { Endpoint } from '../endpoint.ts';
import { createOpenapi } from '../openapi.ts';
import type { RunningExchanges } from '../running-exchanges.ts';
import { chatCompletions } from './chat-completions.ts';
import { chatAssets, chatPage } from './chat-page.ts';
import { completions } from './completions.ts';
import { docsPage, openapi } from './documentation.ts';
import { embeddings } from './embeddings.ts';
import { live, ready, versionEndpoint } from './health.ts';
import { managementRoutes } from './management.ts';
import { metricsEndpoint } from './metrics.ts';
import { getModel, listModels } from './models.ts';
import { pullWeights } from './pull.ts';
import { renderChat, renderCompletion } from './render.ts';
import { detokenizeRoutes, tokenizeRoutes } from './tokenize.ts';

export interface EndpointParts {
  readonly chat: Chat;
  readonly embed: Embed;
  readonly models: Models;
  readonly tokenTools: TokenTools;
  readonly metrics: Metrics;
  readonly running: RunningExchanges;
  /** Absent: nothing is downloaded over HTTP. */
  readonly weights?: WeightsStore | undefined;
  readonly version: string;
  readonly hasPages: boolean;
  readonly webDir: string;
  readonly licenseFile: string;
  readonly keepAliveMs: number;
  readonly stalledAfterMs: number;
}

/** Every route of the server. */
export function createEndpoints(parts: EndpointParts): readonly Endpoint[] {
  const { models, metrics, running, weights, version, hasPages, webDir } = parts;
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
    ...(weights ? [pullWeights({ ...parts, weights })] : []),
    metricsEndpoint(metrics),
    ...(hasPages
      ? [openapi(() => createOpenapi(endpoints, version)), docsPage(), chatPage(webDir), chatAssets(webDir)]
      : []),
  ];
  return endpoints;
}
