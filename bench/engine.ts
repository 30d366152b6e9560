import { builtInModel } from '../src/config/built-in-model.ts';
import { measureAnswers, measurePrefill, type Figures } from './engine/measure.ts';
import { compareEngines } from './engine/compare.ts';
import type { EngineUnderTest } from './lib/engine-under-test.ts';
import { readOptions } from './lib/options.ts';
import { createPromptWriter } from './lib/prompts.ts';
import { startReport } from './lib/report.ts';
import { programOptions, startEngine } from './lib/start-engine.ts';

/**
 * Manifold's engine against llama-server: the same file, threads, slots, sampler and prompts, both over HTTP on
 * loopback. Both run all the time, one works at a time, and the order changes with every repetition, so that what
 * the machine does meanwhile meets both alike.
 */
const options = readOptions('bench/engine.ts', {
  model: { about: 'GGUF file', default: builtInModel.path },
  threads: { about: 'thread counts', default: [1, 2] },
  streams: { about: 'numbers of answers generated together', default: [1, 2, 4, 16] },
  repetitions: { about: 'repetitions, interleaved', default: 3 },
  'prompt-tokens': { about: 'prompt of each answer', default: 64 },
  'answer-tokens': { about: 'length of each answer', default: 64 },
  'prefill-tokens': { about: 'prompt whose reading is timed', default: 512 },
  context: { about: 'tokens per slot', default: 1024 },
  engines: { about: 'which to measure', default: ['manifold', 'llama-server'] },
  ...programOptions,
});
const report = startReport('engine', options);
const figures: Figures[] = [];

for (const threads of options.threads) {
  const shape = { modelPath: options.model, threads, slots: Math.max(...options.streams), context: options.context };
  await using running = new AsyncDisposableStack();
  const engines: EngineUnderTest[] = [];
  for (const name of options.engines) engines.push(running.use(await startEngine(name, shape, options)));
  await measure(threads, engines);
}
for (const { title, rows } of compareEngines(figures)) report.table(title, rows);
report.note('\nMedian [least–most]. The ratio is that of each repetition, Manifold over llama-server.');
report.save({ figures });

async function measure(threads: number, engines: readonly EngineUnderTest[]): Promise<void> {
  const [first] = engines;
  if (first === undefined) return;
  const prompts = await createPromptWriter(first);
  // Prompts never repeat within one engine, so that none of them finds another's prefix.
  let nextPrompt = 1;
  const take = (count: number, tokens: number) =>
    Array.from({ length: count }, () => prompts.write(nextPrompt++, tokens));
  const lengths = { prompt: options['prompt-tokens'], answer: options['answer-tokens'] };
  for (const engine of engines) await measureAnswers(engine, take(1, lengths.prompt), 16);

  for (let repetition = 0; repetition < options.repetitions; repetition += 1) {
    const inTurn = repetition % 2 === 0 ? engines : engines.toReversed();
    const [longPrompt = ''] = take(1, options['prefill-tokens']);
    for (const engine of inTurn) {
      figures.push({ engine: engine.name, threads, streams: 1, ...(await measurePrefill(engine, longPrompt)) });
    }
    for (const streams of options.streams) {
      const texts = take(streams, lengths.prompt);
      for (const engine of inTurn) {
        figures.push({
          engine: engine.name,
          threads,
          streams,
          ...(await measureAnswers(engine, texts, lengths.answer)),
        });
      }
    }
  }
}
