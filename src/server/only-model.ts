import { ManifoldError } from '../errors.ts';
import type { UsableModels } from '../inference/models/usable-models.ts';

/** The id of the one model that is served; with several, a request has to name one. */
export function onlyModel(models: UsableModels): string {
  const [first, ...others] = models.list();
  if (first && others.length === 0) return first.id;
  throw new ManifoldError(
    'missing_required_parameter',
    '`model`: several models are served. GET /v1/models lists them.',
    { param: 'model' },
  );
}
