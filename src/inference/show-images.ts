import type { EngineRequest } from '../api/internal/engine-request.ts';
import type { ImageFacts } from '../api/internal/image-facts.ts';
import type { ImagePart } from '../api/message.ts';
import type { Engine } from '../engines/engine.ts';
import { ManifoldError } from '../errors.ts';
import type { Chat } from './chat.ts';
import type { Measurement } from './meter.ts';
import type { Models } from './models/models.ts';

/** The images of a request in their order, with their data in place of what the client wrote. Injected. */
export type ResolveImages = (
  images: readonly { readonly part: ImagePart; readonly param: string }[],
  signal: AbortSignal,
) => Promise<readonly { readonly part: ImagePart; readonly image: ImageFacts }[]>;

/**
 * The request as its engine may see it: images as data. An engine that reads text only is not asked: that is
 * `unsupported_content` naming the first image, before anything is fetched for it. `measurement` learns what the images are.
 */
export async function showImages(
  request: EngineRequest,
  engine: Engine,
  resolveImages: ResolveImages,
  { signal, measurement }: { readonly signal: AbortSignal; readonly measurement?: Measurement },
): Promise<EngineRequest> {
  const placed = imagesIn(request.messages);
  const [first] = placed;
  if (first === undefined) return request;
  if (!engine.acceptsImages?.()) {
    throw new ManifoldError(
      'unsupported_content',
      `\`${first.param}\`: the model \`${request.model}\` reads text only. Send text parts, or ask a model that sees.`,
      { param: first.param },
    );
  }
  const resolved = await resolveImages(placed, signal);
  if (measurement) measurement.images = resolved.map(({ image }) => image);
  const parts = new Map(placed.map(({ part }, index) => [part, resolved[index]?.part ?? part]));
  return { ...request, messages: request.messages.map((message) => withParts(message, parts)) };
}

/** The same chat for requests with images, which are settled before anything else is done for them. */
export function showImagesTo(
  chat: Chat,
  { models, resolveImages }: { readonly models: Models; readonly resolveImages: ResolveImages },
): Chat {
  return async (request, circumstances) => {
    const { engine } = models.usableBy(circumstances.principal).resolve(request.model);
    return chat(await showImages(request, engine, resolveImages, circumstances), circumstances);
  };
}

type Message = EngineRequest['messages'][number];

function imagesIn(messages: readonly Message[]): { readonly part: ImagePart; readonly param: string }[] {
  return messages.flatMap((message, at) => {
    if (message.role !== 'user' || typeof message.content === 'string') return [];
    return message.content.flatMap((part, place) =>
      part.type === 'image_url' ? [{ part, param: `messages[${at}].content[${place}]` }] : [],
    );
  });
}

function withParts(message: Message, parts: ReadonlyMap<ImagePart, ImagePart>): Message {
  if (message.role !== 'user' || typeof message.content === 'string') return message;
  return {
    ...message,
    content: message.content.map((part) => (part.type === 'image_url' ? (parts.get(part) ?? part) : part)),
  };
}
