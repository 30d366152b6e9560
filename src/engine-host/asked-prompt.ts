import type { EngineRequest } from '../api/internal/engine-request.ts';
import { ManifoldError } from '../errors.ts';
import { AnswerReader } from './answer-reader.ts';
import { planAnswer, type AnswerPlan } from './answer-plan.ts';
import type { LoadedModel } from './model.ts';
import { tokenizePrompt } from './prompt.ts';
import type { Vocabulary } from './vocabulary.ts';

/** What a request lets the model read, and how its answer is read. */
export interface AskedPrompt {
  readonly plan: AnswerPlan;
  readonly tokens: Int32Array;
}

/** The messages in the model's template, or the bare prompt. Throws what either makes impossible. */
export async function askedPrompt(model: LoadedModel, request: EngineRequest): Promise<AskedPrompt> {
  const { prompt } = request;
  if (prompt === undefined) {
    const plan = await planAnswer(model, request);
    return { plan, tokens: tokenizePrompt(model.vocabulary, plan.prompt) };
  }
  return {
    plan: plainPlan,
    tokens:
      typeof prompt === 'string'
        ? await tokenizeText(model.vocabulary, prompt, true)
        : knownTokens(model.vocabulary, prompt, 'prompt'),
  };
}

/**
 * The tokens of a text that is a whole prompt. Unlike a message it is the client's own from end to end, so texts of
 * control tokens in it are those tokens, as in vLLM.
 */
export async function tokenizeText(
  vocabulary: Vocabulary,
  text: string,
  addsSpecialTokens: boolean,
): Promise<Int32Array> {
  const tokens = await vocabulary.tokenizeOffLoop(text, true);
  const { id, isAdded } = vocabulary.beginOfSequence;
  if (!addsSpecialTokens || !isAdded || id < 0 || tokens[0] === id) return tokens;
  const whole = new Int32Array(tokens.length + 1);
  whole[0] = id;
  whole.set(tokens, 1);
  return whole;
}

/** Ids as the model takes them: the native code does not check them. */
export function knownTokens({ size }: Vocabulary, tokens: readonly number[], param: string): Int32Array {
  const at = tokens.findIndex((token) => !Number.isInteger(token) || token < 0 || token >= size);
  if (at < 0) return Int32Array.from(tokens);
  throw new ManifoldError(
    'invalid_value',
    `\`${param}[${at}]\`: token ${tokens[at]} does not exist; this model has ids below ${size}.`,
    { param: `${param}[${at}]` },
  );
}

/** The answer to a bare prompt is its text, whatever it looks like. */
const plainPlan: AnswerPlan = {
  prompt: [],
  grammar: undefined,
  grammarParam: 'prompt',
  emulated: [],
  createTracker: () => undefined,
  thinkingBudget: undefined,
  createReader: () =>
    new AnswerReader({ push: (text) => (text === '' ? [] : [{ kind: 'content', text }]), end: () => [] }),
};
