import type { EngineRequest } from '../api/internal/engine-request.ts';
import { ManifoldError } from '../errors.ts';
import type { TemplateCapabilities } from './template-capabilities.ts';

/** Documents as a variable of the template; a 400 where it shows none. */
export function documentsFor(
  capabilities: TemplateCapabilities,
  { documents = [] }: Pick<EngineRequest, 'documents'>,
): Readonly<Record<string, unknown>> {
  if (documents.length === 0) return {};
  if (capabilities.supportsDocuments) return { documents };
  const problem = "this model's chat template does not show documents. Write them into a message.";
  throw new ManifoldError('unsupported_parameter', `\`documents\`: ${problem}`, { param: 'documents' });
}
