import { setTimeout as pause } from 'node:timers/promises';
import { builtInModel } from '../src/config/built-in-model.ts';
import { readOptions } from './lib/options.ts';
import { createPromptWriter } from './lib/prompts.ts';
import { median, quantile } from './lib/quantile.ts';
import { startReport } from './lib/report.ts';
import { programOptions, startEngine } from './lib/start-engine.ts';
import { type MeasuredAnswer, streamChat, timeToFirstToken } from './lib/stream-chat.ts';

/**
 * How much running answers stutter while long prompts are read: the gaps between the tokens of several streams,
 * first in quiet, then from the arrival of the prompts until the last of them has its first token, then in quiet again: by
 * then the answers are so much longer that they are slower by themselves.
 */
const options = readOptions('bench/stall.ts', {
  model: { about: 'GGUF file', default: builtInModel.path },
  engine: { about: 'manifold or llama-server', default: 'manifold' },
  ...programOptions,
  threads: { about: 'threads', default: 1 },
  context: { about: 'tokens per slot', default: 4608 },
  streams: { about: 'answers being generated', default: 8 },
  prompts: { about: 'long prompts that arrive together', default: 4 },
  'prompt-tokens': { about: 'length of each', default: 4000 },
  'quiet-seconds': { about: 'how long the quiet is measured', default: 10 },
  repetitions: { about: 'repetitions', default: 2 },
});
const report = startReport('stall', options);

await using engine = await startEngine(
  options.engine,
  {
    modelPath: options.model,
    threads: options.threads,
    slots: options.streams + options.prompts,
    context: options.context,
  },
  options,
);
const prompts = await createPromptWriter(engine);
let nextText = 1;
const runs: Awaited<ReturnType<typeof run>>[] = [];
for (let repetition = 0; repetition < options.repetitions; repetition += 1) runs.push(await run());

const gapsOf = (phase: 'quiet' | 'busy' | 'after') => runs.flatMap((each) => each[phase]);
const [quiet, busy, after] = [gapsOf('quiet'), gapsOf('busy'), gapsOf('after')];
const row = (phase: string, gaps: readonly number[]) => ({
  while: phase,
  p50: median(gaps),
  p99: quantile(gaps, 0.99),
  most: Math.max(...gaps),
  gaps: gaps.length,
});
report.table('Gap between tokens of a stream, ms', [
  row('quiet', quiet),
  row('prompts arrive', busy),
  row('quiet after', after),
]);
const promptMs = median(runs.flatMap((each) => each.promptsMs));
report.note(`\np99 while prompts arrive over quiet median: ${(quantile(busy, 0.99) / median(quiet)).toFixed(1)}`);
report.note(`The same over the median of the quiet after: ${(quantile(busy, 0.99) / median(after)).toFixed(1)}`);
report.note(`Time to first token of the prompts, median: ${promptMs.toFixed(0)} ms`);
report.save({ runs });

async function run() {
  const stopping = new AbortController();
  const heard = Array.from({ length: options.streams }, () => 0);
  const streams = heard.map((_, stream) => {
    const messages = [{ role: 'user', content: prompts.write(nextText++, 60) }];
    const fields = { messages, max_tokens: options.context, ignore_eos: true, temperature: 1 };
    const onText = () => (heard[stream] = (heard[stream] ?? 0) + 1);
    return streamChat(engine, fields, { signal: stopping.signal, onText });
  });
  const ended = Promise.race(streams).then(() => {
    throw new Error('A stream ended before the measurement did; raise --context or shorten --quiet-seconds.');
  });
  /** Until every stream has brought more text than it had brought then. */
  const everyStreamWent = async (then: readonly number[]) => {
    while (heard.some((events, stream) => events <= (then[stream] ?? 0))) await pause(2);
  };
  const measure = async () => {
    await everyStreamWent(heard.map(() => 0));
    const quietFrom = performance.now();
    await pause(options['quiet-seconds'] * 1000);
    const busyFrom = performance.now();
    const longAnswers = await Promise.all(Array.from({ length: options.prompts }, askLongPrompt));
    const busyUntil = performance.now();
    // A stream that stood still all the time has its gap only now.
    await everyStreamWent([...heard]);
    const afterFrom = performance.now();
    await pause(options['quiet-seconds'] * 1000);
    return {
      quietFrom,
      afterFrom,
      afterUntil: performance.now(),
      busyFrom,
      busyUntil,
      promptsMs: longAnswers.map(timeToFirstToken),
    };
  };
  const { quietFrom, busyFrom, busyUntil, afterFrom, afterUntil, promptsMs } = await Promise.race([measure(), ended]);
  stopping.abort();
  await ended.catch(() => undefined);
  const answers = await Promise.all(streams);
  return {
    quiet: answers.flatMap((answer) => gapsWithin(answer, quietFrom, busyFrom)),
    busy: answers.flatMap((answer) => gapsTouching(answer, busyFrom, busyUntil)),
    after: answers.flatMap((answer) => gapsWithin(answer, afterFrom, afterUntil)),
    promptsMs,
  };
}

function askLongPrompt(): Promise<MeasuredAnswer> {
  const messages = [{ role: 'user', content: prompts.write(nextText++, options['prompt-tokens']) }];
  return streamChat(engine, { messages, max_tokens: 8, ignore_eos: true, cache_prompt: false });
}

function gapsWithin({ arrivals }: MeasuredAnswer, from: number, until: number): number[] {
  const inside = arrivals.filter((at) => at >= from && at < until);
  return inside.slice(1).map((at, index) => at - (inside[index] ?? at));
}

function gapsTouching({ arrivals }: MeasuredAnswer, from: number, until: number): number[] {
  return arrivals.flatMap((at, index) => {
    const before = arrivals[index - 1] ?? at;
    return at > from && before < until ? [at - before] : [];
  });
}
