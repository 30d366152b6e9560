import type { Endpoint } from '../openai-compatible/endpoint.ts';
import type { Slots } from './slots.ts';

/** What takes a slot; the other routes are answered beside those. */
const computing: ReadonlySet<string> = new Set(['/v1/chat/completions', '/v1/completions']);
/** Letters of a prompt that are compared. */
const compared = 16_384;

/**
 * An endpoint whose requests name the slot they run in. The `cache_salt` of a body stays here: what another salt left
 * in the slot is not read.
 */
export function withSlots(endpoint: Endpoint, slots: Slots): Endpoint {
  return {
    ...endpoint,
    async post(path, body, signal, caller) {
      if (!computing.has(path)) return endpoint.post(path, body, signal, caller);
      const { cache_salt: salt, ...asked } = body as Readonly<Record<string, unknown>>;
      const slot = await slots.take(typeof salt === 'string' ? salt : '', beginningOf(asked), signal);
      try {
        const placed = { ...asked, id_slot: slot.id, cache_prompt: slot.mayReuse };
        const response = await endpoint.post(path, placed, signal, caller);
        response.body.whenOver(() => slot.release());
        return response;
      } catch (failure) {
        // Refused, or never taken up: what it computed, if anything, is unknown.
        slot.abandon();
        throw failure;
      }
    },
  };
}

/** How a prompt begins, as far as that is cheap to say. */
function beginningOf({ messages, prompt }: Readonly<Record<string, unknown>>): string {
  if (typeof prompt === 'string') return prompt.slice(0, compared);
  if (Array.isArray(prompt)) return prompt.slice(0, compared / 4).join(' ');
  let text = '';
  for (const { role, content } of Array.isArray(messages) ? (messages as readonly Message[]) : []) {
    if (text.length >= compared) break;
    const parts = Array.isArray(content)
      ? content.map((part) => part.text ?? part.image_url?.url.slice(-64))
      : [content];
    text += `${role}\n${parts.join('\n').slice(0, compared)}\n`;
  }
  return text;
}

interface Message {
  readonly role: string;
  readonly content:
    | string
    | null
    | readonly { readonly text?: string; readonly image_url?: { readonly url: string } }[];
}
