import { builtInModel } from '../src/config/built-in-model.ts';
import type { EngineUnderTest } from './lib/engine-under-test.ts';
import { readOptions } from './lib/options.ts';
import { createPromptWriter } from './lib/prompts.ts';
import { median, quantile } from './lib/quantile.ts';
import { startReport } from './lib/report.ts';
import { programOptions, startEngine } from './lib/start-engine.ts';
import { type MeasuredAnswer, streamChat, timeToFirstToken } from './lib/stream-chat.ts';

/**
 * What sharing a prefix saves: requests with one long text in common, against requests of the same length that
 * differ from their first token on. Then one request with several choices against one with a single choice.
 */
const options = readOptions('bench/prefix.ts', {
  model: { about: 'GGUF file', default: builtInModel.path },
  engine: { about: 'manifold or llama-server', default: 'manifold' },
  ...programOptions,
  threads: { about: 'threads', default: 1 },
  slots: { about: 'slots', default: 4 },
  context: { about: 'tokens per slot', default: 4096 },
  requests: { about: 'requests of each kind', default: 16 },
  'at-once': { about: 'requests sent at the same time', default: 1 },
  'prefix-tokens': { about: 'length of the text in common', default: 2000 },
  'tail-tokens': { about: 'length of what differs after it', default: 40 },
  'answer-tokens': { about: 'length of each answer', default: 8 },
  choices: { about: 'choices of the last measurement', default: 4 },
  repetitions: { about: 'repetitions, interleaved', default: 1 },
});
const report = startReport('prefix', options);

await using engine = await startEngine(
  options.engine,
  { modelPath: options.model, threads: options.threads, slots: options.slots, context: options.context },
  options,
);
const prompts = await createPromptWriter(engine);
let nextText = 1;
const figures = {
  shared: [] as number[][],
  distinct: [] as number[][],
  choices: [] as number[],
  single: [] as number[],
};
for (let repetition = 0; repetition < options.repetitions; repetition += 1) {
  figures.distinct.push(await timesToFirstToken(false));
  figures.shared.push(await timesToFirstToken(true));
  figures.single.push(await untilEveryChoiceBegan(engine, 1));
  figures.choices.push(await untilEveryChoiceBegan(engine, options.choices));
}

const [distinct, shared] = [figures.distinct.flat(), figures.shared.flat()];
report.table('Time to first token, ms', [
  { prefix: 'distinct', p50: median(distinct), p99: quantile(distinct, 0.99), 'first of each run': '' },
  {
    prefix: 'shared',
    p50: median(shared),
    p99: quantile(shared, 0.99),
    'first of each run': median(figures.shared.map(([first]) => first ?? Number.NaN)),
  },
  { prefix: 'distinct / shared', p50: median(distinct) / median(shared), p99: '', 'first of each run': '' },
]);
report.table('Until every choice of one request has begun, ms (ratio 1: the prompt is read once)', [
  {
    'n = 1': median(figures.single),
    [`n = ${options.choices}`]: median(figures.choices),
    ratio: median(figures.choices) / median(figures.single),
  },
]);
report.save({ figures });

/** One run of requests. The shared text is a new one in each run, so that its first request reads it whole. */
async function timesToFirstToken(isShared: boolean): Promise<number[]> {
  const sharedText = nextText;
  nextText += options.requests;
  const texts = Array.from({ length: options.requests }, (_, index) =>
    prompts.write(isShared ? sharedText : sharedText + index, options['prefix-tokens']),
  );
  const answers: MeasuredAnswer[] = [];
  for (let from = 0; from < texts.length; from += options['at-once']) {
    const batch = texts.slice(from, from + options['at-once']);
    answers.push(...(await Promise.all(batch.map((text, index) => ask(engine, text, from + index)))));
  }
  return answers.map(timeToFirstToken);
}

function ask(target: EngineUnderTest, prefix: string, tail: number): Promise<MeasuredAnswer> {
  const messages = [
    { role: 'system', content: prefix },
    { role: 'user', content: prompts.write(100_000 + tail, options['tail-tokens']) },
  ];
  return streamChat(target, { messages, max_tokens: options['answer-tokens'], ignore_eos: true });
}

async function untilEveryChoiceBegan(target: EngineUnderTest, choices: number): Promise<number> {
  const messages = [{ role: 'user', content: prompts.write(nextText++, options['prefix-tokens']) }];
  const fields = { messages, n: choices, temperature: 1, max_tokens: options['answer-tokens'], ignore_eos: true };
  const { firstOfChoice, sentAt } = await streamChat(target, fields);
  if (firstOfChoice.size !== choices) throw new Error(`Only ${firstOfChoice.size} of ${choices} choices brought text.`);
  return Math.max(...firstOfChoice.values()) - sentAt;
}
