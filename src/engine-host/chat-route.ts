import { randomInt } from 'node:crypto';
import type { ChatCompletionChunk } from '../api/chat-completion-chunk.ts';
import { defaultMaxTokens } from '../api/chat-completion-request.ts';
import type { EngineRequest } from '../api/internal/engine-request.ts';
import { ManifoldError } from '../errors.ts';
import { planAnswer, type AnswerPlan } from './answer-plan.ts';
import { ChunkQueue } from './chunk-queue.ts';
import { Generation, type SharedRequest } from './generation.ts';
import { createGrammar } from './grammar.ts';
import type { LoadedModel } from './model.ts';
import { tokenizePrompt } from './prompt.ts';
import { createSampler } from './sampler.ts';
import type { Scheduler } from './scheduler.ts';

/** One accepted request: its chunks, and a way to stop the work. */
export interface RunningChat {
  /** Fields that are honoured less strictly than they say. */
  readonly emulated: readonly string[];
  readonly chunks: AsyncIterable<readonly ChatCompletionChunk[]>;
  cancel(): void;
}

/**
 * Turns a request into generations, one per choice, and queues them. Throws what can be refused; what it
 * returns is running or waiting.
 */
export async function startChat(
  parts: { model: LoadedModel; modelId: string; scheduler: Scheduler },
  request: EngineRequest,
  salt: string,
): Promise<RunningChat> {
  const { model, scheduler } = parts;
  const plan = await planAnswer(model, request);
  const prompt = tokenizePrompt(model.vocabulary, plan.prompt);
  checkPrompt(prompt.length, model.context.contextLength);
  checkLogitBias(request, model.vocabulary.size);
  const room = model.context.contextLength - prompt.length;
  const maxTokens = Math.min(request.max_completion_tokens ?? request.max_tokens ?? defaultMaxTokens, room);
  const seed = request.seed ?? randomInt(2 ** 32);

  const shared: SharedRequest = {
    prompt,
    salt,
    priority: request.priority,
    isDeterministic: request.deterministic,
  };
  const queue = new ChunkQueue({
    model: parts.modelId,
    request: shared,
    readers: Array.from({ length: request.n }, () => plan.createReader()),
    hasLogprobs: request.logprobs,
  });
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
          topLogprobs: request.logprobs ? (request.top_logprobs ?? 0) : undefined,
          createSampler: () =>
            createSampler(model.library, {
              fields: request,
              // Unsigned 32 bits; negative and large seeds wrap. Each choice draws its own numbers.
              seed: Number(BigInt.asUintN(32, BigInt(seed) + BigInt(index))),
              vocabularySize: model.vocabulary.size,
              contextLength: model.context.contextLength,
              prompt,
            }),
        },
        queue.listener(index),
      ),
  );
  await scheduler.submit(generations);
  return {
    emulated: plan.emulated,
    chunks: queue,
    cancel: () => {
      for (const generation of generations) scheduler.cancel(generation);
    },
  };
}

function grammarOf({ tokenTexts: tokens }: LoadedModel, { grammar }: AnswerPlan) {
  return grammar && createGrammar({ automaton: grammar.automaton, trigger: grammar.trigger, tokens });
}

function checkPrompt(tokens: number, contextLength: number): void {
  if (tokens === 0) throw new ManifoldError('invalid_prompt', 'The messages hold no text.', { param: 'messages' });
  if (tokens < contextLength) return;
  throw new ManifoldError(
    'context_length_exceeded',
    // "maximum context length" is what LangChain and others look for in the message.
    `This model's maximum context length is ${contextLength} tokens and the messages take ${tokens}; shorten them.`,
    { param: 'messages' },
  );
}

/** The native sampler does not check ids, so unknown ones are refused here. */
function checkLogitBias(request: EngineRequest, vocabularySize: number): void {
  const unknown = Object.keys(request.logit_bias ?? {}).find((id) => Number(id) >= vocabularySize);
  if (unknown === undefined) return;
  throw new ManifoldError(
    'invalid_value',
    `Token ${unknown} does not exist; this model has ids below ${vocabularySize}.`,
    {
      param: `logit_bias.${unknown}`,
    },
  );
}
