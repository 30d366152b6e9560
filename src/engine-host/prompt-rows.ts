import { setImmediate } from 'node:timers/promises';
import type { PromptLogprobs } from '../api/token-details.ts';
import { ManifoldError } from '../errors.ts';
import type { DecodeContext } from './decode-context.ts';
import type { Generation } from './generation.ts';
import { logProbabilities, type LogProbability } from './log-probabilities.ts';
import { tokenText } from './logprob-entry.ts';
import type { SharedRequest } from './shared-request.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Most tokens of a prompt in one batch whose rows are wanted: rows are large, and each is looked through. */
export const mostPromptRows = 32;
/** How long rows are looked through before others may speak. */
const sliceMs = 5;

/** A row of the last batch that says what the model held of a token of the prompt. */
export interface PromptRow {
  readonly owner: Generation;
  /** The place of that token; the row is that of the token before it. */
  readonly place: number;
  readonly row: number;
}

/** Whether the row of the token at `at` is wanted: it says what the model held of the next one. */
export function wantsPromptRow({ promptLogprobs, promptEntries, prompt }: SharedRequest, at: number): boolean {
  return promptLogprobs !== undefined && at + 1 < prompt.length && promptEntries?.[at + 1] === undefined;
}

/** Whether rows of the prompt are still wanted, so that it has to be read. */
export function wantsPromptRows(request: SharedRequest): boolean {
  return request.promptLogprobs !== undefined && (request.promptEntries?.length ?? 1) < request.prompt.length;
}

/** Notes what the rows say. They must be those of the last batch, which is the case until the next decode. */
export async function notePromptRows(context: DecodeContext, rows: readonly PromptRow[]): Promise<void> {
  const { vocabulary } = context;
  let since = performance.now();
  for (const { owner, place, row } of rows) {
    const logits = context.logits(row);
    if (logits === undefined) {
      owner.fail(new ManifoldError('engine_error', 'The engine returned no logits.'));
      return;
    }
    const { request } = owner;
    // Nothing precedes the first token.
    request.promptEntries ??= [null];
    const { promptLogprobs = 0, prompt } = request;
    request.promptEntries[place] = promptEntry(logits, prompt[place] ?? 0, promptLogprobs, vocabulary);
    if (performance.now() - since < sliceMs) continue;
    await setImmediate();
    since = performance.now();
  }
}

/** The chosen token and the likeliest, by id. As in vLLM, the rank counts the tokens that are likelier. */
function promptEntry(
  logits: Float32Array,
  chosen: number,
  topCount: number,
  vocabulary: Vocabulary,
): PromptLogprobs[number] {
  const said = logProbabilities(logits, chosen, topCount);
  const entry = ({ token, value }: LogProbability, rank: number) => [
    String(token),
    { logprob: value, rank, ...shown(token, vocabulary) },
  ];
  return Object.fromEntries([
    ...said.top.map((each, at) => entry(each, at + 1)),
    entry(said.chosen, rankOf(logits, chosen)),
  ]) as PromptLogprobs[number];
}

function shown(token: number, vocabulary: Vocabulary): { decoded_token: string; bytes?: number[] } {
  const text = tokenText(token, vocabulary);
  const bytes = vocabulary.piece(token);
  const isText = bytes.length === 0 || !text.includes('\uFFFD') || Buffer.from(text).equals(bytes);
  return { decoded_token: text, ...(!isText && { bytes: [...bytes] }) };
}

function rankOf(logits: Float32Array, token: number): number {
  const value = logits[token] ?? NaN;
  let rank = 1;
  for (const other of logits) if (other > value) rank++;
  return rank;
}
