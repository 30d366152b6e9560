import type { EngineRequest } from '../api/internal/engine-request.ts';
import { defaultMaxTokens } from '../api/chat-completion-request.ts';
import { ManifoldError } from '../errors.ts';
import { AnswerReader } from './answer-reader.ts';
import { planAnswer, type AnswerPlan } from './answer-plan.ts';
import type { LoadedModel } from './model.ts';
import { tokenizePrompt } from './prompt.ts';
import { truncatePrompt } from './prompt-length.ts';
import { knownTokens } from './token-answers.ts';
import type { Vocabulary } from './vocabulary.ts';

/** What a request lets the model read, and how its answer is read. */
export interface AskedPrompt {
  readonly plan: AnswerPlan;
  readonly tokens: Int32Array;
  /** Whether the tokens are those of a part of the prompt, cut to the length that the request wants. */
  readonly isCut: boolean;
}

/** The messages in the model's template, or the bare prompt. Throws what either makes impossible. */
export async function askedPrompt(model: LoadedModel, request: EngineRequest): Promise<AskedPrompt> {
  const plan = request.prompt === undefined ? planAnswer(model, request) : planText(request);
  const whole = await tokensOf(model, request, plan);
  const { contextLength } = model.context;
  const tokens = truncatePrompt(whole, request, { contextLength, maxTokens: tokensWanted(request) });
  return { plan, tokens, isCut: tokens !== whole };
}

/** Tokens that the answer may have, if the context leaves so many. */
export function tokensWanted(request: Pick<EngineRequest, 'max_completion_tokens' | 'max_tokens'>): number {
  return request.max_completion_tokens ?? request.max_tokens ?? defaultMaxTokens;
}

async function tokensOf({ vocabulary }: LoadedModel, { prompt }: EngineRequest, plan: AnswerPlan): Promise<Int32Array> {
  if (prompt === undefined) return tokenizePrompt(vocabulary, plan.prompt);
  return typeof prompt === 'string'
    ? tokenizeText(vocabulary, prompt, true)
    : knownTokens(vocabulary, prompt, 'prompt');
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

/** The answer to a bare prompt is its text, whatever it looks like. */
function planText({ output }: EngineRequest): AnswerPlan {
  if (output !== undefined) throw notHeld(output.param);
  return {
    prompt: [],
    grammar: undefined,
    emulated: [],
    createTracker: () => undefined,
    thinkingBudget: undefined,
    createReader: () =>
      new AnswerReader({ push: (text) => (text === '' ? [] : [{ kind: 'content', text }]), end: () => [] }),
  };
}

/** Until a grammar for it is made here. */
function notHeld(param: string): ManifoldError {
  const problem = 'the answer to a bare prompt is not held to it yet. Leave it out, or send messages.';
  return new ManifoldError('unsupported_parameter', `\`${param}\`: ${problem}`, { param });
}
