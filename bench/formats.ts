import { readFileSync } from 'node:fs';
import { createAnswerParser } from '../src/formats/answer-parser.ts';
import { compileChatTemplate, fallbackTemplate } from '../src/formats/chat-template.ts';
import { everyFormat, recogniseFormat } from '../src/formats/recognise-format.ts';
import { median } from './lib/quantile.ts';
import { readOptions } from './lib/options.ts';
import { startReport } from './lib/report.ts';

/**
 * What formats cost: reading an answer, per piece of text that a token brings, and rendering a conversation. The
 * plain path is an answer in words where no tools are offered, against doing nothing but joining the pieces.
 */
const options = readOptions('bench/formats.ts', {
  template: { about: "a chat template to render; empty: the fallback's", default: '' },
  pieces: { about: 'pieces of an answer', default: 20_000 },
  messages: { about: 'lengths of conversations', default: [2, 20, 200] },
  repetitions: { about: 'repetitions', default: 9 },
});
const report = startReport('formats', options);
const source = options.template === '' ? fallbackTemplate(['<|im_start|>']) : readFileSync(options.template, 'utf8');
const tools = [{ name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } }];
const words = Array.from(
  { length: options.pieces },
  (_, at) => ['The', ' sun', ' set', ', and', ' then'][at % 5] ?? '',
);

const joining = timed(() => {
  let text = '';
  for (const word of words) text += word;
  return text;
});
const reading = everyFormat.map((format) => ({
  format: format.name,
  plainNs: nsPerPiece(() => read(format, [])),
  withToolsNs: nsPerPiece(() => read(format, tools)),
}));
report.table('Reading an answer in words, nanoseconds per piece', [
  { format: 'joined only', plainNs: (joining * 1e6) / words.length, withToolsNs: '' },
  ...reading,
]);

const messages = (count: number) =>
  Array.from({ length: count }, (_, at) => ({
    role: at % 2 === 0 ? 'user' : 'assistant',
    content: 'What is it? '.repeat(8),
  }));
const compileMs = timed(() => compile());
const template = compile();
const rendering = options.messages.map((count) => ({
  messages: count,
  renderMs: timed(() => template.render(messages(count))),
}));
report.table('Rendering a conversation, milliseconds', rendering);
report.note(`\nCompiling the template (${recogniseFormat(source).name}): ${compileMs.toFixed(2)} ms, once per model.`);
report.save({ joining, reading, rendering, compileMs });

function compile() {
  return compileChatTemplate({
    source,
    bosText: '<s>',
    eosText: '</s>',
    controlTexts: ['<|im_start|>', '<|im_end|>'],
    userDefinedTexts: [],
  });
}

function read(format: (typeof everyFormat)[number], offered: typeof tools): number {
  const parser = createAnswerParser(format, { tools: offered, promptEnd: '', separatesReasoning: true });
  let parts = 0;
  for (const word of words) parts += parser.push(word).length;
  return parts + parser.end('complete').length;
}

function nsPerPiece(run: () => unknown): number {
  return (timed(run) * 1e6) / words.length;
}

/** The median time of a run in milliseconds, after one that warms up. */
function timed(run: () => unknown): number {
  run();
  const times = Array.from({ length: options.repetitions }, () => {
    const started = performance.now();
    run();
    return performance.now() - started;
  });
  return median(times);
}
