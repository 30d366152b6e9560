import { answerNote } from './answer-note.ts';
import type { ApiClient } from './api-client.ts';
import { ApiError } from './api-error.ts';
import type { Conversation } from './conversation.ts';
import type { Settings } from './settings.ts';
import type { Transcript } from './transcript.ts';
import type { WireUsage } from './wire.ts';

export interface ChatParts {
  readonly client: ApiClient;
  readonly conversation: Conversation;
  readonly settings: Settings;
  readonly transcript: Transcript;
}

export interface Chat {
  /** Asks and shows the answer. False when nothing was answered and the question should go back to its field. */
  ask(model: string, question: string, signal: AbortSignal): Promise<boolean>;
}

/** One question, one answer, as it arrives. */
export function createChat({ client, conversation, settings, transcript }: ChatParts): Chat {
  return {
    async ask(model, question, signal) {
      const turn = conversation.ask(question);
      const view = transcript.ask(question);
      const startedAt = performance.now();
      let firstTokenMs: number | undefined;
      let finishReason: string | null = null;
      let usage: WireUsage | undefined;
      const outcome = () => ({ finishReason, usage, firstTokenMs, totalMs: performance.now() - startedAt });
      try {
        const chunks = client.chat(
          {
            model,
            messages: conversation.messages(settings.systemPrompt()),
            stream: true,
            stream_options: { include_usage: true },
            ...settings.parameters(),
          },
          signal,
        );
        for await (const chunk of chunks) {
          usage = chunk.usage ?? usage;
          const [choice] = chunk.choices;
          const text = choice?.delta.content ?? '';
          const reasoning = choice?.delta.reasoning_content ?? '';
          finishReason = choice?.finish_reason ?? finishReason;
          if (text !== '' || reasoning !== '') firstTokenMs ??= performance.now() - startedAt;
          if (reasoning !== '') view.appendReasoning(reasoning);
          if (text === '') continue;
          turn.answer += text;
          view.append(text);
        }
        view.finish(answerNote({ ...outcome(), isStopped: false }));
        return true;
      } catch (failure) {
        if (signal.aborted) {
          view.finish(answerNote({ ...outcome(), isStopped: true }));
          return true;
        }
        if (turn.answer === '') conversation.drop(turn);
        if (failure instanceof ApiError && failure.status === 401) {
          view.remove();
          settings.askForKey(settings.key() === '' ? 'This server needs a key.' : failure.message);
          return false;
        }
        view.fail(messageOf(failure), detailsOf(failure));
        return turn.answer !== '';
      }
    },
  };
}

function messageOf(failure: unknown): string {
  return failure instanceof ApiError ? failure.message : 'The page could not read the answer.';
}

function detailsOf(failure: unknown): string {
  if (!(failure instanceof ApiError)) return String(failure);
  const { status, code, requestId, retryAfterSeconds } = failure;
  const parts: string[] = [];
  if (status >= 400) parts.push(String(status));
  if (code !== null) parts.push(code);
  if (retryAfterSeconds !== null) parts.push(`try again in ${retryAfterSeconds} s`);
  if (requestId !== null) parts.push(`request ${requestId}`);
  return parts.join(' · ');
}
