import type { ChatCompletionChunk } from '../../api/chat-completion-chunk.ts';
import type { CompletionChunk } from '../../api/completion.ts';
import { createTextPieces, type TextOptions } from './text-pieces.ts';

/** The stream of bare prompts' answers as text completion chunks under one identity. A chunk that says nothing is left out. */
export async function* toTextChunks(
  chunks: AsyncIterable<ChatCompletionChunk>,
  options: TextOptions,
): AsyncGenerator<CompletionChunk> {
  const pieceOf = createTextPieces(options);
  let identity: Pick<CompletionChunk, 'id' | 'created' | 'model'> | undefined;
  for await (const chunk of chunks) {
    const { id, created, model, system_fingerprint, choices, usage } = chunk;
    identity ??= { id: id.replace(/^chatcmpl-/, 'cmpl-'), created, model };
    const head = { ...identity, object: 'text_completion' as const, system_fingerprint };
    for (const choice of choices) {
      // oxlint-disable-next-line no-await-in-loop -- pieces leave in order
      const piece = await pieceOf(choice, chunk);
      if (piece) yield { ...head, choices: [piece] };
    }
    if (choices.length === 0) yield { ...head, choices: [], usage: usage ?? null };
  }
}
