import type { EngineRequest } from '../api/internal/engine-request.ts';
import { ManifoldError } from '../errors.ts';

/** The messages, or a 400 naming the first image: the libraries here read text only, and an image is never left out. */
export function textOnly(messages: EngineRequest['messages']): EngineRequest['messages'] {
  for (const [at, { content }] of messages.entries()) {
    if (typeof content === 'string' || !content) continue;
    const place = content.findIndex(({ type }) => type === 'image_url');
    if (place < 0) continue;
    const param = `messages[${at}].content[${place}]`;
    throw new ManifoldError('unsupported_content', `\`${param}\`: this model reads text only. Send text parts.`, {
      param,
    });
  }
  return messages;
}
