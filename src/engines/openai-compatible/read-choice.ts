import type { ChatCompletionChunk, Delta } from '../../api/chat-completion-chunk.ts';
import type { FinishReason } from '../../api/chat-completion.ts';
import type { EngineRequest } from '../../api/internal/engine-request.ts';
import { ManifoldError } from '../../errors.ts';
import { isObject } from '../../lib/is-object.ts';
import { createCallRepair } from './call-repair.ts';
import { readLogprobs, readTextLogprobs } from './read-logprobs.ts';

type Choice = ChatCompletionChunk['choices'][number];

/** Reads the pieces of one choice, as a server sends them; undefined for a piece that says nothing. */
export interface ChoiceReader {
  read(value: Record<string, unknown>): Choice | undefined;
  readonly isFinished: boolean;
}

/** What servers call an end. */
const reasons: ReadonlyMap<string, FinishReason> = new Map(
  Object.entries({
    stop: 'stop',
    eos: 'stop',
    eos_token: 'stop',
    end_turn: 'stop',
    stop_sequence: 'stop',
    length: 'length',
    max_tokens: 'length',
    model_length: 'length',
    tool_calls: 'tool_calls',
    function_call: 'tool_calls',
    tool_use: 'tool_calls',
    content_filter: 'content_filter',
  } as const),
);

/** What ends an answer by the client's wish, and what it may call. */
type Asked = Pick<EngineRequest, 'stop' | 'stop_token_ids' | 'tools'>;

export function createChoiceReader(index: number, asked: Asked): ChoiceReader {
  const calls = createCallRepair((asked.tools ?? []).map(({ function: { name } }) => name));
  let isFinished = false;

  const reasonOf = (value: unknown): FinishReason | null => {
    if (value === null || value === undefined || value === '') return null;
    const reason = typeof value === 'string' ? reasons.get(value.toLowerCase()) : undefined;
    if (reason === undefined) throw new ManifoldError('engine_error', 'The engine gave up while answering. Try again.');
    // A call that a limit cut is no complete one, whatever the server says (wire rule R23).
    return reason === 'tool_calls' && calls.count() > 0 && !calls.areWhole() ? 'length' : reason;
  };

  return {
    get isFinished() {
      return isFinished;
    },
    read(value) {
      const source = isObject(value['delta']) ? value['delta'] : isObject(value['message']) ? value['message'] : value;
      const delta = deltaOf(source, calls);
      const finish_reason = reasonOf(value['finish_reason']);
      const rest = finish_reason === null ? [] : calls.rest(finish_reason === 'length');
      if (rest.length > 0) delta.tool_calls = [...(delta.tool_calls ?? []), ...rest];
      const isSilent = delta.reasoning_content === undefined && delta.tool_calls === undefined;
      const isEmpty = isSilent && delta.content === undefined && !finish_reason;
      // Some repeat an end, or send an empty piece after it.
      if (isFinished && isSilent && !delta.content) return undefined;
      isFinished ||= finish_reason !== null;
      const { text } = value;
      const logprobs =
        typeof text === 'string' ? readTextLogprobs(value['logprobs'], text) : readLogprobs(value['logprobs']);
      const { token_ids: ids } = value;
      if (isEmpty && delta.role === undefined && logprobs === null && !Array.isArray(ids)) return undefined;
      const choice: Choice = { index, delta, logprobs, finish_reason };
      const stop = value['stop_reason'] ?? (finish_reason === 'stop' ? value['matched_stop'] : null);
      if (typeof stop === 'string' || typeof stop === 'number') choice.stop_reason = isAsked(stop, asked) ? stop : null;
      if (Array.isArray(ids)) choice.token_ids = ids as number[];
      return choice;
    },
  };
}

/** SGLang and vLLM tell what ended an answer, and not by whose wish: also a token of the model's own that ends its turn. */
function isAsked(told: string | number, { stop, stop_token_ids: ids }: Asked): boolean {
  return typeof told === 'string' ? stop.includes(told) : ids.includes(told);
}

function deltaOf(source: Record<string, unknown>, calls: ReturnType<typeof createCallRepair>): Delta {
  const { content: text, reasoning: thoughts } = contentOf(source['content'] ?? source['text']);
  // A refusal in a field of its own is all that the model says.
  const content = textOf(text) ?? textOf(source['refusal']) ?? text;
  const reasoning =
    textOf(source['reasoning_content']) ?? textOf(source['reasoning']) ?? textOf(source['thinking']) ?? thoughts;
  const given = source['tool_calls'];
  const pieces = Array.isArray(given) && given.length > 0 ? calls.take(given) : [];
  const delta: Delta = {};
  if (source['role'] === 'assistant') delta.role = 'assistant';
  if (content !== undefined) delta.content = content;
  if (reasoning !== undefined) delta.reasoning_content = reasoning;
  if (pieces.length > 0) delta.tool_calls = pieces;
  return delta;
}

/** Content is a text, or a list of parts of which some are thoughts. */
function contentOf(value: unknown): { readonly content?: string; readonly reasoning?: string } {
  if (typeof value === 'string') return { content: value };
  if (!Array.isArray(value)) return {};
  let [content, reasoning] = ['', ''];
  for (const part of value) {
    if (!isObject(part)) continue;
    if (part['type'] === 'thinking' || part['type'] === 'reasoning')
      reasoning += nestedText(part['thinking'] ?? part['text']);
    else content += nestedText(part['text']);
  }
  return { ...(content !== '' && { content }), ...(reasoning !== '' && { reasoning }) };
}

function nestedText(value: unknown): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.map((part) => (isObject(part) ? nestedText(part['text']) : '')).join('') : '';
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
