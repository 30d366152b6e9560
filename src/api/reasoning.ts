import { z } from 'zod';

/** How much a model is to think, from least to most: OpenAI's words, and vLLM's `max`. */
export const efforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;
export type Effort = (typeof efforts)[number];

const mostVariables = 64;
const deepest = 8;
const longest = 65_536;

/** Tokens; as in NIM, -1 sets no limit. */
const budget = z.int().min(-1).max(10_000_000).nullish();

/** What the model's chat template is told. Plain data within bounds, since a template goes through all of it. */
const templateVariables = z
  .record(z.string(), z.unknown())
  .superRefine((given, context) => {
    const refuse = (message: string) => context.addIssue({ code: 'custom', message });
    if (Object.keys(given).length > mostVariables) refuse(`At most ${mostVariables} variables.`);
    else if (depthOf(given) > deepest) refuse(`Values nest at most ${deepest - 1} deep.`);
    else if (JSON.stringify(given).length > longest) refuse(`At most ${longest} characters of JSON.`);
  })
  .nullish()
  .transform((given) => given ?? undefined);

/** How a request asks about reasoning; the several names of the budget are those of vLLM, NIM and Nemotron. */
export const reasoningFields = {
  reasoning_effort: z
    .enum(efforts)
    .nullish()
    .transform((effort) => effort ?? undefined),
  /** As in vLLM: false leaves the reasoning out of the answer, though it is generated and counted. */
  include_reasoning: z
    .boolean()
    .nullish()
    .transform((given) => given ?? true)
    .meta({ default: true }),
  thinking_token_budget: budget.meta({ description: 'Tokens after which reasoning is ended; -1: no limit.' }),
  max_thinking_tokens: budget.meta({ description: 'The same as `thinking_token_budget`.' }),
  reasoning_budget: budget.meta({ description: 'The same as `thinking_token_budget`.' }),
  chat_template_kwargs: templateVariables,
};

/** NIM 1.x's extensions. */
export const nvextReasoning = { max_thinking_tokens: budget };

function depthOf(value: unknown): number {
  let [depth, level] = [0, [value]];
  for (; level.length > 0 && depth <= deepest; depth++) {
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []));
  }
  return depth;
}
