import type { EmbeddingRequest } from '../../api/embeddings.ts';
import { ManifoldError } from '../../errors.ts';
import type { Turns } from '../../lib/turns.ts';
import { mostCharactersPerToken } from '../prompt-length.ts';
import { unknownToken } from '../token-rules.ts';
import type { LoadedEmbedder } from './embedder.ts';
import { truncate, type Truncation } from './truncate.ts';

/** Texts above this size are tokenized away from the event loop, which they would hold for too long. */
const longText = 8192;
/** How long the loop may be held by short ones. */
const sliceMs = 5;

/**
 * The token ids of each input: texts with the special tokens of their model, after the prefix that `input_type` stands
 * for; token ids as they are. Throws what names the input at fault, and stops when nobody waits any more.
 */
export async function tokenizeInputs(
  embedder: LoadedEmbedder,
  request: EmbeddingRequest,
  { turns, isLeft }: { readonly turns: Turns; readonly isLeft: () => boolean },
): Promise<Int32Array[]> {
  const { input, input_type: type } = request;
  const prefix = (type === undefined ? undefined : embedder.prefixes[type]) ?? '';
  const truncation = truncationOf(request, embedder.contextLength);
  const all: readonly (string | readonly number[])[] = isOne(input) ? [input] : input;
  const texts: Int32Array[] = [];
  await turns.take();
  let since = performance.now();
  for (const [index, each] of all.entries()) {
    const param = isOne(input) ? 'input' : `input[${index}]`;
    const tokens =
      typeof each === 'string'
        ? await tokenizeText(embedder, prefix + each, param, truncation)
        : checkTokens(each, embedder.vocabulary.size, param, truncation);
    texts.push(checkLength(embedder, tokens, param));
    if (performance.now() - since >= sliceMs) {
      await turns.take();
      since = performance.now();
    }
    if (isLeft()) throw new ManifoldError('client_closed_request', 'The request was cancelled.');
  }
  return texts;
}

function isOne(input: EmbeddingRequest['input']): input is string | number[] {
  return typeof input === 'string' || typeof input[0] === 'number';
}

function truncationOf(request: EmbeddingRequest, contextLength: number): Truncation | undefined {
  const { truncate_prompt_tokens: wanted, truncate: side } = request;
  if (wanted === undefined && side === 'NONE') return undefined;
  if (wanted !== undefined && (wanted === 0 || wanted > contextLength)) {
    throw new ManifoldError(
      'invalid_value',
      `\`truncate_prompt_tokens\` is ${wanted}; this model takes 1 to ${contextLength} tokens, or -1 for as many as fit.`,
      { param: 'truncate_prompt_tokens' },
    );
  }
  const length = wanted === undefined || wanted < 0 ? contextLength : wanted;
  return { length, cuts: side === 'START' ? 'start' : 'end' };
}

async function tokenizeText(
  embedder: LoadedEmbedder,
  text: string,
  param: string,
  truncation: Truncation | undefined,
): Promise<Int32Array> {
  const most = embedder.contextLength * mostCharactersPerToken;
  if (text.length > most && truncation === undefined)
    throw tooLong(embedder, param, `is ${text.length} characters long`);
  const looked = truncation?.cuts === 'start' ? text.slice(-most) : text.slice(0, most);
  const whole = await tokenize(embedder, looked, true);
  if (truncation === undefined || whole.length <= truncation.length) return whole;
  return truncate(whole, await tokenize(embedder, looked, false), truncation);
}

/** The tokens of a text as the model reads it: texts of control tokens in it are texts. */
export async function tokenize(
  { vocabulary }: Pick<LoadedEmbedder, 'vocabulary'>,
  text: string,
  addSpecial: boolean,
): Promise<Int32Array> {
  const isLong = Buffer.byteLength(text) > longText;
  const tokens = isLong
    ? await vocabulary.tokenizeOffLoop(text, false, addSpecial)
    : vocabulary.tokenize(text, false, addSpecial);
  // Texts wait in a line, and with them the room that their tokens did not take.
  return tokens.slice();
}

/** The native side does not check ids, so unknown ones are refused here. */
function checkTokens(
  given: readonly number[],
  vocabularySize: number,
  param: string,
  truncation: Truncation | undefined,
): Int32Array {
  const at = given.findIndex((token) => token >= vocabularySize);
  if (at >= 0) throw unknownToken(given[at] ?? 0, `${param}[${at}]`, vocabularySize);
  const tokens = Int32Array.from(given);
  return truncation === undefined ? tokens : truncate(tokens, tokens, truncation);
}

function checkLength(embedder: LoadedEmbedder, tokens: Int32Array, param: string): Int32Array {
  if (tokens.length === 0) {
    throw new ManifoldError('invalid_value', `\`${param}\` holds nothing that this model has tokens for.`, { param });
  }
  if (tokens.length > embedder.contextLength) throw tooLong(embedder, param, `has ${tokens.length}`);
  return tokens;
}

function tooLong({ contextLength }: LoadedEmbedder, param: string, is: string): ManifoldError {
  return new ManifoldError(
    'context_length_exceeded',
    `This model's maximum context length is ${contextLength} tokens and \`${param}\` ${is}; shorten it, or set \`truncate\` to START or END.`,
    { param },
  );
}
