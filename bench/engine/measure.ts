import type { EngineName, EngineUnderTest } from '../lib/engine-under-test.ts';
import { median } from '../lib/quantile.ts';
import { type MeasuredAnswer, streamChat, timeToFirstToken } from '../lib/stream-chat.ts';

/** One measurement of one engine: named figures, of which each is compared by itself. */
export interface Figures extends Measurement {
  readonly engine: EngineName;
  readonly threads: number;
  readonly streams: number;
}

interface Measurement {
  readonly prefillTokensPerSecond?: number;
  readonly decodeTokensPerSecond?: number;
  readonly timeToFirstTokenMs?: number;
  readonly aggregateTokensPerSecond?: number;
}

/** Both engines understand these fields and no engine has defaults of its own left to apply. */
const sampling = {
  temperature: 0.8,
  top_k: 40,
  top_p: 0.95,
  min_p: 0.05,
  presence_penalty: 0,
  frequency_penalty: 0,
  seed: 1,
  ignore_eos: true,
  // llama-server's names; Manifold ignores them.
  repeat_penalty: 1,
  cache_prompt: false,
} as const;

/** How fast a long prompt is read: its tokens over the time to the only token of the answer. */
export async function measurePrefill(engine: EngineUnderTest, prompt: string): Promise<Measurement> {
  const answer = await ask(engine, prompt, 1);
  // A lone token may be half a character and bring no text, so the end of the answer is what counts.
  return { prefillTokensPerSecond: answer.promptTokens / seconds(answer.endedAt - answer.sentAt) };
}

/** Answers all prompts at the same time. */
export async function measureAnswers(
  engine: EngineUnderTest,
  prompts: readonly string[],
  tokens: number,
): Promise<Measurement> {
  const began = performance.now();
  const answers = await Promise.all(prompts.map((prompt) => ask(engine, prompt, tokens)));
  const wall = performance.now() - began;
  const produced = answers.reduce((sum, { completionTokens }) => sum + completionTokens, 0);
  return {
    decodeTokensPerSecond: median(answers.map(decodeRate)),
    timeToFirstTokenMs: median(answers.map(timeToFirstToken)),
    aggregateTokensPerSecond: produced / seconds(wall),
  };
}

async function ask(engine: EngineUnderTest, prompt: string, tokens: number): Promise<MeasuredAnswer> {
  const messages = [{ role: 'user', content: prompt }];
  const answer = await streamChat(engine, { ...sampling, messages, max_tokens: tokens });
  if (answer.completionTokens !== tokens) {
    throw new Error(`${engine.name} generated ${answer.completionTokens} tokens instead of ${tokens}.`);
  }
  return answer;
}

/** Tokens after the first over the time they took. */
function decodeRate({ arrivals, completionTokens }: MeasuredAnswer): number {
  const [first = 0, last = 0] = [arrivals[0], arrivals.at(-1)];
  return (completionTokens - 1) / seconds(last - first);
}

function seconds(milliseconds: number): number {
  return milliseconds / 1000;
}
