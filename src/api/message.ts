import { z } from 'zod';
import { optional } from './optional-field.ts';
import { toolCall } from './tool.ts';

/** A text part of a message. */
export const textPart = z.object({ type: z.literal('text'), text: z.string() });

/** An image, which only users send. Clients name any URL; what reaches an engine holds the image itself. */
export const imagePart = z.object({
  type: z.literal('image_url'),
  image_url: z.object({
    url: z.string().min(1).meta({ description: 'HTTPS URL or `data:image/...;base64,...` payload.' }),
    /** A wish about how closely the model looks, passed on as it is. */
    detail: optional(z.enum(['auto', 'low', 'high'])),
  }),
});
export type ImagePart = z.infer<typeof imagePart>;

const content = z.union([z.string(), z.array(textPart).min(1)]);
const userContent = z.union([z.string(), z.array(z.discriminatedUnion('type', [textPart, imagePart])).min(1)]);

const system = z.object({ role: z.enum(['system', 'developer']), content, name: z.string().nullish() });
const user = z.object({ role: z.literal('user'), content: userContent, name: z.string().nullish() });
const assistant = z.object({
  role: z.literal('assistant'),
  content: content.nullish(),
  name: z.string().nullish(),
  refusal: z.string().nullish(),
  tool_calls: z.array(toolCall).max(128).nullish(),
  /** The model's reasoning, under either name. */
  reasoning_content: z.string().nullish(),
  reasoning: z.string().nullish(),
  // Accepted back so that a client may send the server's own message as history.
  annotations: z.array(z.unknown()).nullish(),
  audio: z.null().optional(),
});
const tool = z.object({
  role: z.literal('tool'),
  content,
  tool_call_id: z.string().min(1),
  name: z.string().nullish(),
});

/** One turn of the conversation, in OpenAI's shape. Unknown keys are left out, and named to the client. */
export const chatMessage = z.discriminatedUnion('role', [system, user, assistant, tool]);
export type ChatMessage = z.infer<typeof chatMessage>;

/** The text of a message: a string as it is, text parts joined, null as empty. Images have none. */
export function messageText(message: ChatMessage): string {
  const { content: value } = message;
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : value.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

/** Whether a message holds images beside its text. */
export function hasImages({ content: value }: Pick<ChatMessage, 'content'>): boolean {
  return Array.isArray(value) && value.some((part) => part.type === 'image_url');
}
