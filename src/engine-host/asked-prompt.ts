import type { EngineRequest } from '../api/internal/engine-request.ts';
import { defaultMaxTokens } from '../api/chat-completion-request.ts';
import type { OutputFormat } from '../formats/output-format.ts';
import { outputFrameOf } from '../formats/output-frame.ts';
import { createOutputParser } from '../formats/output-parser.ts';
import { AnswerReader } from './answer-reader.ts';
import { planAnswer, type AnswerPlan } from './answer-plan.ts';
import type { LoadedModel } from './model.ts';
import { tokenizePrompt } from './prompt.ts';
import { promptWithinReach, truncatePrompt } from './prompt-length.ts';
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
  const plan = await (request.prompt === undefined ? planAnswer(model, request) : planText(model, request));
  const whole = await tokensOf(model, request, plan);
  const { contextLength } = model.context;
  const tokens = truncatePrompt(whole, request, { contextLength, maxTokens: tokensWanted(request) });
  return { plan, tokens, isCut: tokens !== whole };
}

/** Tokens that the answer may have, if the context leaves so many. */
export function tokensWanted(request: Pick<EngineRequest, 'max_completion_tokens' | 'max_tokens'>): number {
  return request.max_completion_tokens ?? request.max_tokens ?? defaultMaxTokens;
}

async function tokensOf(
  { vocabulary, context }: LoadedModel,
  request: EngineRequest,
  plan: AnswerPlan,
): Promise<Int32Array> {
  const { prompt } = request;
  if (prompt !== undefined && typeof prompt !== 'string') return knownTokens(vocabulary, prompt, 'prompt');
  const segments = prompt === undefined ? plan.prompt : [{ text: prompt, isData: false }];
  const within = promptWithinReach(segments, context.contextLength, request);
  if (prompt === undefined) return tokenizePrompt(vocabulary, within);
  return tokenizeText(vocabulary, within.map(({ text }) => text).join(''), true);
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

/** No mark means anything in the answer to a bare prompt. */
const plainText: OutputFormat = { name: 'text', calls: [] };

/** The answer to a bare prompt is its text, whatever it looks like. */
async function planText({ grammars }: LoadedModel, { output }: EngineRequest): Promise<AnswerPlan> {
  const order = { format: plainText, tools: [], choice: 'none', parallel: false, promptEnd: '', output } as const;
  const grammar = output && (await grammars.of(order));
  const allowsGap = grammar?.content?.allowsGap ?? false;
  return {
    prompt: [],
    grammar,
    grammarParam: output?.param ?? 'prompt',
    emulated: grammar?.relaxed ?? [],
    createTracker: () => undefined,
    thinkingBudget: undefined,
    createReader: () =>
      new AnswerReader(createOutputParser(plainText, { frame: outputFrameOf(plainText, ''), allowsGap })),
  };
}
