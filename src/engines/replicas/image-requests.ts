import type { EngineRequest } from '../../api/internal/engine-request.ts';
import type { Engine } from '../engine.ts';

/** An engine that may tell whether it takes image parts. */
type Telling = Engine & { acceptsImages?(): boolean };

/** Whether a replica takes image parts; one that does not tell reads text only. */
export function acceptsImages(engine: Telling): boolean {
  return engine.acceptsImages?.() ?? false;
}

/** Whether a request holds parts that are not text, which only some replicas may take. */
export function hasImages({ messages }: Pick<EngineRequest, 'messages'>): boolean {
  return messages.some(
    ({ content }) => Array.isArray(content) && content.some(({ type }: { readonly type: string }) => type !== 'text'),
  );
}
