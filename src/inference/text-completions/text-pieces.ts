import type { ChatCompletionChunk } from '../../api/chat-completion-chunk.ts';
import type { FinishReason } from '../../api/chat-completion.ts';
import type { CompletionChunk, CompletionFinishReason } from '../../api/completion.ts';
import type { Turns } from '../../lib/turns.ts';
import {
  charactersIn,
  createLogprobWriter,
  writeInTurns,
  type LogprobEntry,
  type LogprobWriter,
} from './completion-logprobs.ts';
import { promptEntries, withTop, type EchoedPrompt, type PromptReport } from './prompt-entries.ts';

type Given = ChatCompletionChunk['choices'][number];
type Piece = CompletionChunk['choices'][number];

export interface TextOptions {
  /** How many choices each prompt has. */
  readonly choicesEach: number;
  /** What is said of long prompts is written in turns with others. */
  readonly turns: Turns;
  /** By prompt, what its choices begin with; absent when nothing is echoed. */
  readonly echoes?: readonly EchoedPrompt[] | undefined;
  /**
   * How many of the likeliest tokens are told of each token of an echoed prompt, where the engine reports them; absent:
   * nothing is told.
   */
  readonly mostTop?: number | undefined;
  /** Whether log probabilities name tokens by their ids. */
  readonly namesById?: boolean;
  /** Whether token ids are shown. An engine may send them though nobody asked. */
  readonly showsTokenIds?: boolean;
  /** How many of the likeliest are shown of the prompt's tokens in vLLM's shape; absent: nothing. */
  readonly shownPromptTop?: number | undefined;
}

/** What a prompt's choices say of it, each in its first piece. */
interface Beginning {
  readonly text: string;
  readonly entries: readonly LogprobEntry[];
  readonly shown: Pick<Piece, 'prompt_token_ids' | 'prompt_logprobs'>;
}

const nothing: Beginning = { text: '', entries: [], shown: {} };

/** Turns the pieces of all choices, in order, into those of text completions; undefined where one says nothing. */
export function createTextPieces(
  options: TextOptions,
): (choice: Given, chunk: PromptReport) => Promise<Piece | undefined> {
  const writers = new Map<number, LogprobWriter>();
  const beginnings = new Map<number, Beginning>();

  return async (choice, chunk) => {
    const { index, delta, logprobs, finish_reason: reason } = choice;
    const at = Math.floor(index / options.choicesEach);
    // The first chunk of a prompt tells of it, for all its choices.
    const ofPrompt = beginnings.get(at) ?? (await beginningOf(chunk, options.echoes?.[at], options));
    beginnings.set(at, ofPrompt);
    const start = ofPrompt.entries.length > 0 ? 0 : charactersIn(ofPrompt.text);
    const isFirst = !writers.has(index);
    const write = writers.get(index) ?? createLogprobWriter(start);
    writers.set(index, write);

    const before = isFirst ? ofPrompt : nothing;
    const text = before.text + (delta.content ?? '');
    const told = logprobs?.content ?? undefined;
    const entries = told || before.entries.length > 0 ? [...before.entries, ...(told ?? [])] : undefined;
    const ids = options.showsTokenIds ? choice.token_ids : undefined;
    const tellsTokens = (ids?.length ?? 0) > 0 || Object.keys(before.shown).length > 0;
    if (text === '' && !entries && !reason && !tellsTokens) return undefined;
    return {
      index,
      text,
      logprobs: entries ? await writeInTurns(write, entries, options.turns) : null,
      finish_reason: reason ? reasonOf(reason) : null,
      ...(reason && { stop_reason: choice.stop_reason ?? null }),
      ...(ids && { token_ids: ids }),
      ...before.shown,
    };
  };
}

async function beginningOf(
  report: PromptReport,
  echo: EchoedPrompt | undefined,
  options: TextOptions,
): Promise<Beginning> {
  const { mostTop, namesById = false, showsTokenIds = false, shownPromptTop: most, turns } = options;
  const { prompt_token_ids: ids, prompt_logprobs: places } = report;
  return {
    text: echo?.text ?? '',
    entries: echo && mostTop !== undefined ? await promptEntries(report, echo, { mostTop, namesById, turns }) : [],
    shown: {
      ...(showsTokenIds && ids && { prompt_token_ids: ids }),
      ...(most !== undefined && places && { prompt_logprobs: await withTop(places, ids, { most, turns }) }),
    },
  };
}

/** A bare prompt's answer calls nothing. */
function reasonOf(reason: FinishReason): CompletionFinishReason {
  return reason === 'tool_calls' ? 'stop' : reason;
}
