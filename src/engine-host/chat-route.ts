import { randomInt } from 'node:crypto';
import type { ChatCompletionChunk } from '../api/chat-completion-chunk.ts';
import type { EngineRequest } from '../api/internal/engine-request.ts';
import { ManifoldError } from '../errors.ts';
import type { AnswerPlan } from './answer-plan.ts';
import { askedPrompt, tokensWanted } from './asked-prompt.ts';
import { ChunkQueue } from './chunk-queue.ts';
import { Generation } from './generation.ts';
import { createGrammar } from './grammar.ts';
import type { LoadedModel } from './model.ts';
import { checkPrompt } from './prompt-length.ts';
import { createSampler } from './sampler.ts';
import type { Scheduler } from './scheduler.ts';
import type { SharedRequest } from './shared-request.ts';
import { tokenRules } from './token-rules.ts';
import { ThinkingLimit } from './thinking-limit.ts';

/** One accepted request: its chunks, and a way to stop the work. */
export interface RunningChat {
  /** Fields that are honoured less strictly than they say. */
  readonly emulated: readonly string[];
  readonly promptTokens: number;
  readonly chunks: AsyncIterable<readonly ChatCompletionChunk[]>;
  cancel(): void;
}

/** What a request does not say itself. */
export interface ChatCircumstances {
  /** What was computed for a common beginning is shared only between requests with the same salt. */
  readonly salt: string;
  /** The adapter to compute with, by name. */
  readonly adapter?: string | undefined;
}

/**
 * Turns a request into generations, one per choice, and queues them. Throws what can be refused; what it
 * returns is running or waiting.
 */
export async function startChat(
  parts: { model: LoadedModel; modelId: string; scheduler: Scheduler },
  request: EngineRequest,
  { salt, adapter }: ChatCircumstances,
): Promise<RunningChat> {
  const { model, scheduler } = parts;
  if (adapter !== undefined && !model.adapters.names.includes(adapter)) throw unknownAdapter(adapter);
  const { plan, tokens: prompt } = await askedPrompt(model, request);
  const rules = tokenRules(model.vocabulary, request);
  const { contextLength } = model.context;
  checkPrompt(prompt.length, contextLength, request);
  const maxTokens = Math.min(tokensWanted(request), contextLength - prompt.length);
  const seed = request.seed ?? randomInt(2 ** 32);

  const shared: SharedRequest = {
    prompt,
    // The client can narrow who shares its prompts, never widen it. With an adapter a prompt is remembered otherwise.
    salt: JSON.stringify([salt, request.cache_salt ?? null, adapter ?? null]),
    adapter,
    priority: request.priority,
    isDeterministic: request.deterministic,
    promptLogprobs: request.prompt_logprobs,
  };
  const queue = new ChunkQueue({
    model: parts.modelId,
    request: shared,
    readers: Array.from({ length: request.n }, () => plan.createReader()),
    hasLogprobs: request.logprobs,
    hasTokenIds: request.return_token_ids,
    echo: plan.echo,
    promptText: request.return_prompt_text ? plan.prompt.map(({ text }) => text).join('') : undefined,
  });
  if (maxTokens === 0 && request.prompt_logprobs === undefined) {
    return countedOnly(queue, plan, { choices: request.n, promptTokens: prompt.length });
  }
  const generations = Array.from(
    { length: request.n },
    (_, index) =>
      new Generation(
        {
          request: shared,
          maxTokens,
          minTokens: request.min_tokens,
          ignoreEndOfGeneration: request.ignore_eos,
          stop: request.stop,
          grammar: grammarOf(model, plan),
          grammarParam: plan.grammarParam,
          ...rules,
          ...trackingOf(model, plan),
          // Who scores texts counts on an entry for each token that was generated.
          reportsEnd: request.prompt !== undefined,
          topLogprobs: request.logprobs ? (request.top_logprobs ?? 0) : undefined,
          createSampler: () =>
            createSampler(model.library, {
              fields: request,
              // Unsigned 32 bits; negative and large seeds wrap. Each choice draws its own numbers.
              seed: Number(BigInt.asUintN(32, BigInt(seed) + BigInt(index))),
              vocabularySize: model.vocabulary.size,
              contextLength,
              prompt,
            }),
        },
        queue.listener(index),
      ),
  );
  await scheduler.submit(generations);
  return {
    emulated: plan.emulated,
    promptTokens: prompt.length,
    chunks: queue,
    cancel: () => {
      for (const generation of generations) scheduler.cancel(generation);
    },
  };
}

function unknownAdapter(name: string): ManifoldError {
  return new ManifoldError('model_not_found', `The model has no adapter \`${name}\`.`, { param: 'model' });
}

/** An answer of no tokens: the usage tells how long the prompt is. */
function countedOnly(
  queue: ChunkQueue,
  { emulated }: AnswerPlan,
  { choices, promptTokens }: { readonly choices: number; readonly promptTokens: number },
): RunningChat {
  for (let index = 0; index < choices; index++)
    queue.listener(index).onEnd({ kind: 'finished', reason: 'length', tokens: 0, reasoningTokens: 0, wasCut: true });
  return { emulated, promptTokens, chunks: queue, cancel: () => undefined };
}

function grammarOf({ tokenTexts: tokens }: LoadedModel, { grammar }: AnswerPlan) {
  return grammar && createGrammar({ automaton: grammar.automaton, trigger: grammar.trigger, tokens });
}

function trackingOf({ vocabulary, reasoningClose: close }: LoadedModel, plan: AnswerPlan) {
  const tracker = plan.createTracker();
  const { thinkingBudget: budget } = plan;
  if (tracker === undefined || close === undefined || budget === undefined) return { tracker };
  const tokenize = (text: string) => vocabulary.tokenize(text, true);
  const textOf = (tokens: readonly number[]) =>
    Buffer.concat(tokens.map((token) => vocabulary.piece(token))).toString('utf8');
  return { tracker, thinkingLimit: new ThinkingLimit({ tracker, budget, close, tokenize, textOf }) };
}
