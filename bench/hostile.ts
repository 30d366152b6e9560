import { createGrammarWorker } from '../src/engine-host/grammar-worker.ts';
import { fallback } from '../src/formats/families/json-in-tags.ts';
import { ManifoldError } from '../src/errors.ts';
import { benchSchemas } from './grammar/schemas.ts';
import { hostileSchemas } from './grammar/hostile-schemas.ts';
import { median } from './lib/quantile.ts';
import { readOptions } from './lib/options.ts';
import { startReport } from './lib/report.ts';

/**
 * What a hostile schema costs before it is refused, or made into a grammar after all: in a new thread that has written
 * one simple grammar before, and again in one that has written those of `bench/grammar`, as a thread of a server that
 * has been in use. Memory is what the whole process grew by meanwhile, garbage included.
 */
const options = readOptions('bench/hostile.ts', { repetitions: { about: 'threads for each schema', default: 5 } });
const report = startReport('hostile', options);
const order = { format: { ...fallback, reasoning: undefined }, tools: [], choice: 'none', parallel: false } as const;

const rows = [];
for (const { kind, schema } of hostileSchemas) {
  const runs = [];
  for (let at = 0; at < options.repetitions; at++) runs.push(await measure(schema));
  rows.push({
    kind,
    'new ms': median(runs.map(({ newMs }) => newMs)),
    'used ms': median(runs.map(({ usedMs }) => usedMs)),
    'most used ms': Math.max(...runs.map(({ usedMs }) => usedMs)),
    'most MB': Math.max(...runs.map(({ megabytes }) => megabytes)),
    outcome: runs[0]?.outcome ?? '',
  });
}
rows.sort((a, b) => b['used ms'] - a['used ms']);
report.table('Hostile schemas, the dearest first', rows);
report.save({ rows });

async function measure(schema: unknown) {
  const worker = createGrammarWorker();
  try {
    await write(worker, { type: 'object', properties: { name: { type: 'string' } } });
    const rssBefore = process.memoryUsage.rss();
    const { ms: newMs, outcome } = await timed(worker, schema);
    const megabytes = Math.max(0, process.memoryUsage.rss() - rssBefore) / 1e6;
    for (let round = 0; round < 20; round++) {
      for (const usual of benchSchemas) await write(worker, usual.schema);
    }
    return { newMs, usedMs: (await timed(worker, schema)).ms, megabytes, outcome };
  } finally {
    await worker.close();
  }
}

async function timed(worker: ReturnType<typeof createGrammarWorker>, schema: unknown) {
  const started = performance.now();
  const outcome = await write(worker, schema);
  return { ms: performance.now() - started, outcome };
}

function write(worker: ReturnType<typeof createGrammarWorker>, schema: unknown): Promise<string> {
  return worker.write({ ...order, promptEnd: '', output: { kind: 'json', schema, isStrict: false, param: '' } }).then(
    ({ relaxed }) => (relaxed.length > 0 ? 'relaxed' : 'made'),
    (failure: unknown) => (failure instanceof ManifoldError ? 'refused' : String(failure)),
  );
}
