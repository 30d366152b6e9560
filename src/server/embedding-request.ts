import { embeddingRequest, type EmbeddingRequest } from '../api/embeddings.ts';
import { laterEmbeddingParameters } from '../api/later-embedding-parameters.ts';
import { ManifoldError } from '../errors.ts';
import { ignoredNames } from './ignored-names.ts';
import { refuseListed } from './later-parameters.ts';
import { validate } from './validate.ts';

/** A request for embeddings as engines get it: validated, defaults filled in. */
export function parseEmbeddingRequest(body: unknown): {
  readonly request: EmbeddingRequest;
  readonly ignored: readonly string[];
} {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new ManifoldError('invalid_type', 'The request body must be a JSON object.');
  }
  const fields: Readonly<Record<string, unknown>> = { ...body };
  refuseListed(fields, laterEmbeddingParameters);
  return {
    request: validate(embeddingRequest, fields),
    ignored: ignoredNames(fields, embeddingRequest.shape, laterEmbeddingParameters),
  };
}
