import { chatCompletionRequest } from './chat-completion-request.ts';
import { completionParameterSupport } from './completion-parameter-support.ts';
import { completionRequest } from './completion-request.ts';
import { embeddingParameterSupport } from './embedding-parameter-support.ts';
import { embeddingRequest } from './embeddings.ts';
import { laterCompletionParameters } from './later-completion-parameters.ts';
import { laterEmbeddingParameters } from './later-embedding-parameters.ts';
import { laterParameters } from './later-parameters.ts';
import { parameterSupport } from './parameter-support.ts';
import type { ParameterTable } from './support-row.ts';

/** A route whose parameters docs/parameters.md lists. */
interface ParameterRoute {
  readonly path: string;
  /** The file of the table below `src/api`. */
  readonly file: string;
  readonly table: ParameterTable;
  /** By name, what the route's schema takes, and what is known and refused. */
  readonly accepted: object;
  readonly refused: object;
}

export const parameterRoutes: readonly ParameterRoute[] = [
  {
    path: '/v1/chat/completions',
    file: 'parameter-support.ts',
    table: parameterSupport,
    accepted: chatCompletionRequest.shape,
    refused: laterParameters,
  },
  {
    path: '/v1/completions',
    file: 'completion-parameter-support.ts',
    table: completionParameterSupport,
    accepted: completionRequest.shape,
    refused: { ...chatCompletionRequest.shape, ...laterParameters, ...laterCompletionParameters },
  },
  {
    path: '/v1/embeddings',
    file: 'embedding-parameter-support.ts',
    table: embeddingParameterSupport,
    accepted: embeddingRequest.shape,
    refused: laterEmbeddingParameters,
  },
];
