import type { DecodeContext } from './decode-context.ts';
import { measureStepCost, type StepCosts } from './step-cost.ts';

/** Time that measuring may add to a load. */
const budgetMs = 1000;
/** Of which streams get so much, where prompts are timed apart. */
const streamsShare = 0.7;
const sizes = [1, 2, 3, 4, 6, 8, 12, 16, 32, 64];
/** The smallest piece of a prompt that a round reads, unless less is left of it. */
const leastPrompt = 8;

/** Times steps as they will be. Where sequences have cells of their own, a token of each costs more than as many of one. */
export async function measureContext(context: DecodeContext): Promise<StepCosts> {
  const { sequences, sharesCells } = context;
  const decodeStreams = createStreams(context);
  const possible = sizes.filter((size) => size <= Math.min(context.batchTokens, context.contextLength));
  const ofStreams = possible.filter((size) => size <= sequences);
  if (sharesCells) {
    const run = (tokens: number) => (tokens <= sequences ? decodeStreams(tokens) : decodePrompt(context, tokens));
    const both = await measureStepCost(run, possible, budgetMs);
    return { streams: both, prompts: both };
  }
  const ofPrompts = possible.filter((size) => size >= leastPrompt);
  return {
    streams: await measureStepCost(decodeStreams, ofStreams, budgetMs * streamsShare),
    prompts: await measureStepCost((tokens) => decodePrompt(context, tokens), ofPrompts, budgetMs * (1 - streamsShare)),
  };
}

/** One token each of as many sequences, of other ones each time, so that the library cannot keep its graph. */
function createStreams(context: DecodeContext): (tokens: number) => Promise<void> {
  let first = 0;
  return async (tokens) => {
    context.batch.clear();
    first = (first + tokens) % (context.sequences - tokens + 1);
    for (let at = 0; at < tokens; at++) context.batch.add(0, 0, first + at, true);
    await context.decode();
    forget(context, first, tokens);
  };
}

async function decodePrompt(context: DecodeContext, tokens: number): Promise<void> {
  context.batch.clear();
  for (let at = 0; at < tokens; at++) context.batch.add(0, at, 0, at === tokens - 1);
  await context.decode();
  forget(context, 0, 1);
}

/** One by one: memories with a state refuse −1, which for others means every sequence. */
function forget({ library, memory }: DecodeContext, first: number, count: number): void {
  for (let at = 0; at < count; at++) library.removeSequence(memory, first + at, -1, -1);
}
