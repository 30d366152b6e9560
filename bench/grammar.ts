import { createGrammar } from '../src/engine-host/grammar.ts';
import { createTokenTexts, type TokenTexts } from '../src/engine-host/token-texts.ts';
import { writeGrammar } from '../src/engine-host/write-grammar.ts';
import { fallback } from '../src/formats/families/json-in-tags.ts';
import { GrammarAutomaton } from '../src/formats/grammar/grammar-automaton.ts';
import { StateBudget } from '../src/formats/grammar/state-budget.ts';
import { madeVocabulary } from './grammar/made-vocabulary.ts';
import { benchSchemas } from './grammar/schemas.ts';
import { median, quantile } from './lib/quantile.ts';
import { readOptions } from './lib/options.ts';
import { startReport } from './lib/report.ts';

/**
 * What holding answers to schemas costs: making a grammar of a schema, asking it about the token that was sampled, and,
 * after a refusal, about the thousand likeliest or the whole vocabulary. "first" is an answer under a grammar that
 * nobody used before, "again" the same answer once more. Vocabularies are made up; no model is involved.
 */
const options = readOptions('bench/grammar.ts', {
  vocabularies: { about: 'tokens of the vocabularies', default: [2000, 151_936] },
  repetitions: { about: 'repetitions', default: 9 },
});
const report = startReport('grammar', options);
const output = (schema: unknown) => ({ kind: 'json', schema, isStrict: false, param: '' }) as const;
const order = { format: { ...fallback, reasoning: undefined }, tools: [], choice: 'none', parallel: false } as const;
const write = (schema: unknown) => writeGrammar({ ...order, promptEnd: '', output: output(schema) });

const compiling = benchSchemas.map(({ kind, schema }) => {
  const times = repeated(() => write(schema));
  return { kind, medianMs: median(times.slice(1)), firstMs: times[0] ?? NaN };
});
report.table('Making a grammar, milliseconds', compiling);

const following = options.vocabularies.map((size) => {
  const pieces = madeVocabulary(size);
  const started = performance.now();
  const tokens = createTokenTexts({
    size: pieces.length + 1,
    piece: (token) => pieces[token] ?? new Uint8Array(),
    endOfGeneration: [pieces.length],
  });
  const readMs = performance.now() - started;
  const rows = benchSchemas.map(({ kind, schema, text }) => {
    const { compiled } = write(schema);
    const spelled = spell(text, pieces);
    const runs = Array.from({ length: options.repetitions }, () => {
      const automaton = new GrammarAutomaton(compiled, new StateBudget(1_000_000));
      return {
        permits: [1, 2].map(() => follow(automaton, tokens, spelled)),
        looks: lookAround(automaton, tokens, spelled),
      };
    });
    const looks = runs.flatMap((run) => run.looks);
    return {
      kind,
      tokens: spelled.length,
      firstUs: median(runs.map(({ permits }) => permits[0] ?? NaN)),
      againUs: median(runs.map(({ permits }) => permits[1] ?? NaN)),
      thousandMs: median(looks.map(({ thousand }) => thousand)),
      wholeMs: median(looks.map(({ whole }) => whole)),
      'whole p99': quantile(
        looks.map(({ whole }) => whole),
        0.99,
      ),
    };
  });
  report.table(`Following, ${size} tokens (read in ${readMs.toFixed(0)} ms)`, rows);
  return { size, readMs, rows };
});
report.note('\nfirst, again: microseconds per token that fits. thousand, whole: milliseconds per refusal.');
report.save({ compiling, following });

function repeated(run: () => unknown): number[] {
  return Array.from({ length: options.repetitions + 1 }, () => {
    const started = performance.now();
    run();
    return performance.now() - started;
  });
}

/** Microseconds per token of an answer, each asked about and then chosen. */
function follow(automaton: GrammarAutomaton, tokens: TokenTexts, answer: readonly number[]): number {
  const grammar = createGrammar({ automaton, tokens });
  const started = performance.now();
  for (const token of answer) grammar.accept(token);
  return ((performance.now() - started) * 1000) / answer.length;
}

/** Milliseconds that looking further takes at some places of an answer. */
function lookAround(automaton: GrammarAutomaton, tokens: TokenTexts, answer: readonly number[]) {
  const grammar = createGrammar({ automaton, tokens });
  const step = Math.ceil(answer.length / 20);
  return answer.flatMap((token, at) => {
    const times = at % step === 0 ? [timesAt(grammar, tokens.size, at)] : [];
    grammar.accept(token);
    return times;
  });
}

function timesAt(grammar: ReturnType<typeof createGrammar>, size: number, at: number) {
  const started = performance.now();
  for (let count = 0; count < 1000; count++) grammar.permits((count * 149 + at) % size);
  const between = performance.now();
  grammar.permitted();
  return { thousand: between - started, whole: performance.now() - between };
}

/** The longest token at each place. */
function spell(text: string, pieces: readonly Uint8Array[]): number[] {
  const known = new Map(pieces.map((piece, token) => [Buffer.from(piece).toString('latin1'), token]));
  const bytes = Buffer.from(text).toString('latin1');
  const spelled: number[] = [];
  for (let at = 0; at < bytes.length;) {
    let length = Math.min(40, bytes.length - at);
    while (!known.has(bytes.slice(at, at + length))) length--;
    spelled.push(known.get(bytes.slice(at, at + length)) ?? 0);
    at += length;
  }
  return spelled;
}
