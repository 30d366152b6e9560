import type { ChatCompletionChunk } from '../../api/chat-completion-chunk.ts';
import type { EngineRequest } from '../../api/internal/engine-request.ts';
import type { Logprobs } from '../../api/logprobs.ts';
import { messageText } from '../../api/message.ts';
import type { Usage } from '../../api/usage.ts';
import { ManifoldError } from '../../errors.ts';
import { isObject } from '../../lib/is-object.ts';
import { estimatedTokens, tokensOf } from './estimated-tokens.ts';
import { createChoiceReader, type ChoiceReader } from './read-choice.ts';
import { readUsage } from './read-usage.ts';
import { toldStatus } from './told-status.ts';

/** Reads one answer, event by event, into the chunks that the seam wants. */
export interface AnswerReader {
  /** Undefined for an event that says nothing. Throws for an error, and for what is no answer. */
  read(value: unknown): ChatCompletionChunk | undefined;
  /** Whether every choice has ended, so that nothing is missing. */
  isComplete(): boolean;
  /** Whether the usage has come as well. */
  isWhole(): boolean;
  /** The closing chunk: the usage that the server told last, or an estimate where that counts no more than a part. */
  close(): ChatCompletionChunk;
}

interface ReaderParts {
  /** Makes an error of ours of what a server reports. */
  readonly explain: (status: number, body: string) => ManifoldError;
  /** Told when the usage is an estimate. */
  readonly onEstimated?: (() => void) | undefined;
}

export function createAnswerReader(request: EngineRequest, { explain, onEstimated }: ReaderParts): AnswerReader {
  const readers = new Map<number, ChoiceReader>();
  // Those that are named are told in place of the likeliest.
  const mostCandidates = request.logprob_token_ids.length > 0 ? Infinity : (request.top_logprobs ?? 0);
  let usage: Usage | undefined;
  /** Letters that had come when it was told. */
  let lettersCounted = 0;
  let head = {
    id: '',
    object: 'chat.completion.chunk' as const,
    created: 0,
    model: request.model,
    system_fingerprint: null as string | null,
  };
  let pieces = 0;
  let letters = 0;

  const takeUsage = (told: unknown) => {
    const read = readUsage(told);
    if (read === undefined) return;
    usage = read;
    lettersCounted = letters;
  };
  /** One that was told before the last of the answer counts a part of it. */
  const isCounted = () => usage !== undefined && lettersCounted === letters;
  const readChoice = (value: unknown): ChatCompletionChunk['choices'] => {
    if (!isObject(value)) return [];
    const index = typeof value['index'] === 'number' ? value['index'] : 0;
    let reader = readers.get(index);
    if (!reader) readers.set(index, (reader = createChoiceReader(index, request)));
    const choice = reader.read(value);
    const said = (choice?.delta.content ?? '') + (choice?.delta.reasoning_content ?? '');
    const args = choice?.delta.tool_calls?.map((call) => call.function.arguments ?? '').join('') ?? '';
    if (said !== '' || args !== '') pieces++;
    letters += said.length + args.length;
    // Some tell the usage in the choice.
    takeUsage(value['usage']);
    if (choice === undefined) return [];
    return [{ ...choice, logprobs: withCandidates(choice.logprobs, mostCandidates) }];
  };

  const isComplete = () => readers.size >= request.n && [...readers.values()].every(({ isFinished }) => isFinished);
  return {
    read(value) {
      if (!isObject(value)) throw new ManifoldError('engine_error', 'The engine sent an event that is no answer.');
      if (value['error'] !== undefined && value['error'] !== null)
        throw explain(toldStatus(value), JSON.stringify(value));
      const given = value['choices'];
      const told = value['usage'] ?? (isObject(value['x_groq']) ? value['x_groq']['usage'] : undefined);
      if (!Array.isArray(given)) {
        takeUsage(told);
        if (isObject(told)) return undefined;
        throw explain(toldStatus(value), JSON.stringify(value));
      }
      const fingerprint = value['system_fingerprint'];
      if (typeof fingerprint === 'string') head = { ...head, system_fingerprint: fingerprint };
      const choices = given.flatMap(readChoice);
      takeUsage(told);
      // Text completions tell of their prompt in the choice.
      const [first] = given;
      const extras = promptExtras(value) ?? (isObject(first) ? promptExtras(first) : undefined);
      return choices.length === 0 && extras === undefined ? undefined : { ...head, choices, ...extras };
    },
    isComplete,
    isWhole: () => isCounted() && isComplete(),
    close() {
      if (usage === undefined || !isCounted()) {
        onEstimated?.();
        const prompt = usage?.prompt_tokens ?? estimatePrompt(request);
        const completion = Math.max(usage?.completion_tokens ?? 0, pieces, tokensOf(letters));
        usage = { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
      }
      return { ...head, choices: [], usage };
    },
  };
}

/** A server may tell of more candidates than were asked for. */
function withCandidates(logprobs: Logprobs, most: number): Logprobs {
  if (!logprobs?.content?.some(({ top_logprobs: top }) => top.length > most)) return logprobs;
  const content = logprobs.content.map((token) => ({ ...token, top_logprobs: token.top_logprobs.slice(0, most) }));
  return { ...logprobs, content };
}

function estimatePrompt({ messages, prompt, tools, documents }: EngineRequest): number {
  if (prompt !== undefined) return estimatedTokens(prompt);
  const calls = messages.flatMap((message) => (message.role === 'assistant' ? (message.tool_calls ?? []) : []));
  const others = [calls, tools, documents].filter((list) => list !== undefined && list.length > 0);
  const written = others.reduce((sum, list) => sum + JSON.stringify(list).length, 0);
  return tokensOf(messages.reduce((sum, message) => sum + messageText(message).length, written));
}

function promptExtras(value: Record<string, unknown>): Partial<ChatCompletionChunk> | undefined {
  const { prompt_text: text, prompt_token_ids: ids, prompt_logprobs: logprobs } = value;
  if (typeof text !== 'string' && !Array.isArray(ids) && !Array.isArray(logprobs)) return undefined;
  return {
    ...(typeof text === 'string' && { prompt_text: text }),
    ...(Array.isArray(ids) && { prompt_token_ids: ids as number[] }),
    ...(Array.isArray(logprobs) && {
      prompt_logprobs: logprobs as NonNullable<ChatCompletionChunk['prompt_logprobs']>,
    }),
  };
}
