import type { ChatCompletionChunk } from '../../api/chat-completion-chunk.ts';
import { isJsonText } from '../../lib/is-json-text.ts';
import { bearsContent, says } from '../bears-content.ts';
import type { Caller, Used } from '../engine.ts';

type Open = () => Promise<AsyncIterable<ChatCompletionChunk>>;

/**
 * The answer of a server that may not hold to JSON: it is heard to its end, with signs of life meanwhile, and asked for
 * once more if some choice that ended by itself is none. Whether it satisfies its schema is checked later, for every
 * engine alike. The caller is told what an answer used that nobody gets, and how much of one was heard.
 */
export async function checkedJson(
  open: Open,
  { onLostAttempt, onHeld }: Pick<Caller, 'onLostAttempt' | 'onHeld'>,
): Promise<AsyncIterable<ChatCompletionChunk>> {
  const first = await open();
  return (async function* checked() {
    const chunks: ChatCompletionChunk[] = [];
    yield* heard(first, chunks, onHeld);
    if (isJson(chunks)) return yield* chunks;
    onLostAttempt?.(usedBy(chunks));
    onHeld?.(0);
    const others: ChatCompletionChunk[] = [];
    yield* heard(await open(), others, onHeld);
    return yield* others;
  })();
}

/** Keeps what comes, and lets nothing out but that something did. */
async function* heard(
  answer: AsyncIterable<ChatCompletionChunk>,
  kept: ChatCompletionChunk[],
  onHeld: Caller['onHeld'],
): AsyncGenerator<ChatCompletionChunk> {
  let pieces = 0;
  for await (const chunk of answer) {
    kept.push(chunk);
    pieces += chunk.choices.filter(says).length;
    onHeld?.(pieces);
    const { id, object, created, model, system_fingerprint } = chunk;
    if (bearsContent(chunk)) yield { id, object, created, model, system_fingerprint, choices: [] };
  }
}

function usedBy(chunks: readonly ChatCompletionChunk[]): Used | undefined {
  const usage = chunks.findLast((chunk) => chunk.usage)?.usage;
  return usage ? { promptTokens: usage.prompt_tokens, completionTokens: usage.completion_tokens } : undefined;
}

function isJson(chunks: readonly ChatCompletionChunk[]): boolean {
  const texts = new Map<number, string>();
  for (const { choices } of chunks) {
    for (const { index, delta, finish_reason: reason } of choices) {
      const text = (texts.get(index) ?? '') + (delta.content ?? '');
      texts.set(index, text);
      const isToBeJson = reason === 'stop' && text !== '';
      if (isToBeJson && !isJsonText(text)) return false;
    }
  }
  return true;
}
