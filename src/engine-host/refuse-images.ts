import type { EngineRequest } from '../api/internal/engine-request.ts';
import { ManifoldError } from '../errors.ts';

/** The libraries here read text only. The gateway knows, and asks such a model nothing with images in it. */
export function refuseImages(messages: EngineRequest['messages']): void {
  for (const [at, { content }] of messages.entries()) {
    if (typeof content === 'string' || !content) continue;
    const place = content.findIndex(({ type }) => type === 'image_url');
    if (place < 0) continue;
    throw new ManifoldError('unsupported_content', 'This model reads text only. Send text parts.', {
      param: `messages[${at}].content[${place}]`,
    });
  }
}
