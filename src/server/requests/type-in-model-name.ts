import type { EmbeddingRequest } from '../../api/embeddings.ts';
import type { UsableModels } from '../../inference/models/usable-models.ts';

/**
 * NVIDIA's embedding NIMs take the type of an input at the end of the model's name too (`…-query`, `…-passage`), for
 * clients that cannot send `input_type`. The request with the model's own name and the type; a model that is served
 * under the name as it stands wins.
 */
export function typeInModelName(request: EmbeddingRequest, models: Pick<UsableModels, 'has'>): EmbeddingRequest {
  if (models.has(request.model) || request.input_type !== undefined) return request;
  const model = request.model.replace(/-(query|passage)$/, '');
  if (model === request.model || !models.has(model)) return request;
  return { ...request, model, input_type: request.model.endsWith('-query') ? 'query' : 'passage' };
}
