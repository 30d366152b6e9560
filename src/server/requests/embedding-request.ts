import { embeddingRequest, type EmbeddingRequest } from '../../api/embeddings.ts';
import { laterEmbeddingParameters } from '../../api/later-embedding-parameters.ts';
import { bodyFields } from './body-fields.ts';
import { ignoredNames } from './ignored-names.ts';
import { refuseListed } from './later-parameters.ts';
import { validate } from './validate.ts';

/** A request for embeddings as engines get it: validated, defaults filled in. */
export function parseEmbeddingRequest(body: unknown): {
  readonly request: EmbeddingRequest;
  readonly ignored: readonly string[];
} {
  const fields = bodyFields(body);
  refuseListed(fields, laterEmbeddingParameters);
  return {
    request: validate(embeddingRequest, fields),
    ignored: ignoredNames(fields, embeddingRequest.shape, laterEmbeddingParameters),
  };
}
