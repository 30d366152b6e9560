import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createGrammarWorker } from '../src/engine-host/grammar-worker.ts';
import { Grammars } from '../src/engine-host/grammars.ts';
import { fallback } from '../src/formats/families/json-in-tags.ts';
import { readOptions } from './lib/options.ts';
import { startReport } from './lib/report.ts';

/**
 * Whether memory grows with the number of different schemas: each is made into a grammar in the thread that an engine
 * host uses, followed a few bytes, and forgotten in its turn.
 */
const options = readOptions('bench/grammar-memory.ts', {
  schemas: { about: 'different schemas', default: 50_000 },
  rows: { about: 'rows of the table', default: 10 },
});
const report = startReport('grammar-memory', options);
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const worker = createGrammarWorker();
const grammars = new Grammars(worker);
const started = performance.now();
const rows = [];
for (let at = 1; at <= options.schemas; at++) {
  await ask(at);
  if (at % Math.ceil(options.schemas / options.rows) !== 0) continue;
  collect();
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  const megabytes = (bytes: number) => Math.round(bytes / 1e5) / 10;
  rows.push({
    schemas: at,
    heapMB: megabytes(heapUsed),
    tablesMB: megabytes(arrayBuffers),
    processMB: megabytes(rss),
    msEach: (performance.now() - started) / at,
  });
}
await worker.close();
report.table('Memory after so many different schemas', rows);
report.save({ rows });

async function ask(at: number): Promise<void> {
  const name = `property ${at}`;
  const schema = { type: 'object', properties: { [name]: { type: 'string', maxLength: at % 500 } }, required: [name] };
  const { automaton } = await grammars.of({
    format: { ...fallback, reasoning: undefined },
    tools: [],
    choice: 'none',
    parallel: false,
    promptEnd: '',
    output: { kind: 'json', schema, isStrict: true, param: '' },
  });
  automaton.run(automaton.start, Buffer.from(`{"${name}": "`));
}
