/** What one event of a chat stream says, as far as a measurement cares. */
export interface StreamEvent {
  /** The choice whose text grew; undefined when the event brought no text. */
  readonly textOfChoice?: number;
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number };
  readonly error?: string;
  readonly isDone?: boolean;
}

interface Chunk {
  readonly choices?: readonly {
    readonly index: number;
    readonly delta: { readonly content?: string | null; readonly reasoning_content?: string | null };
  }[];
  readonly usage?: StreamEvent['usage'] | null;
  readonly error?: { readonly message?: string };
}

/** Cuts a byte stream into events as the bytes arrive. It trusts the server to end events with an empty line of LF. */
export function createEventReader(): (bytes: Uint8Array) => StreamEvent[] {
  const decoder = new TextDecoder();
  let rest = '';
  return (bytes) => {
    const events = (rest + decoder.decode(bytes, { stream: true })).split('\n\n');
    rest = events.pop() ?? '';
    return events.flatMap((event) => (event.startsWith('data: ') ? [readEvent(event.slice('data: '.length))] : []));
  };
}

function readEvent(data: string): StreamEvent {
  if (data === '[DONE]') return { isDone: true };
  const { choices = [], usage, error } = JSON.parse(data) as Chunk;
  if (error) return { error: error.message ?? data };
  const withText = choices.find(({ delta }) => delta.content || delta.reasoning_content);
  return { ...(withText && { textOfChoice: withText.index }), ...(usage && { usage }) };
}
