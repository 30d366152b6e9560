import { parseArgs } from 'node:util';
import { chatCompletionRequest } from '../src/api/chat-completion-request.ts';
import { engineRequest } from '../src/api/internal/engine-request.ts';
import { builtInModel } from '../src/config/built-in-model.ts';
import { createEmbeddedEngine } from '../src/engines/embedded/embedded-engine.ts';
import { ManifoldError } from '../src/errors.ts';
import { sampleSchemas } from './schema-sample/index.ts';
import { createOracle } from './schema-sample/oracle.ts';
import type { Schema } from './schema-sample/fields.ts';

/**
 * Has a model answer under some hundred schemas at temperature 1, through a real engine host, and prints per kind how
 * many schemas are accepted, how many enforced in full, and which of the answers that ended by themselves are valid by
 * another implementation. Answers that the limit cut are counted apart.
 *
 *     node scripts/eval-schemas.ts [MODEL.gguf] [--seed N] [--max-tokens N] [--shown]
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    'max-tokens': { type: 'string', default: '600' },
    shown: { type: 'boolean', default: false },
  },
});
const slots = 4;
const sample = sampleSchemas(Number(values.seed));
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const engine = await createEmbeddedEngine(
  {
    modelId: 'm',
    modelPath: positionals[0] ?? builtInModel.path,
    slots,
    threads: 1,
    env: process.env,
    startTimeoutMs: 60_000,
    stallTimeoutMs: 60_000,
  },
  silent,
);
await engine.start();

interface Outcome {
  readonly kind: string;
  readonly result: 'refused' | 'valid' | 'invalid' | 'length';
  readonly isRelaxed: boolean;
}

const outcomes: Outcome[] = [];
const pending = [...sample.entries()];
try {
  await Promise.all(Array.from({ length: slots }, work));
} finally {
  await engine.close();
}
report();

async function work(): Promise<void> {
  for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
    const [at, { kind, schema }] = next;
    outcomes.push({ kind, ...(await outcomeOf(schema, at)) });
  }
}

async function outcomeOf(schema: Schema, seed: number): Promise<Omit<Outcome, 'kind'>> {
  const chat = chatCompletionRequest.parse({
    model: 'm',
    messages: [{ role: 'user', content: 'Give me an example.' }],
    temperature: 1,
    seed,
    max_tokens: Number(values['max-tokens']),
  });
  const request = engineRequest.parse({ ...chat, output: { kind: 'json', schema, isStrict: false, param: 'schema' } });
  let [text, reason, relaxed] = ['', '', 0];
  const caller = { cacheSalt: '', onEmulated: (names: readonly string[]) => void (relaxed += names.length) };
  try {
    for await (const { choices } of await engine.chat(request, new AbortController().signal, caller)) {
      text += choices[0]?.delta.content ?? '';
      reason = choices[0]?.finish_reason ?? reason;
    }
  } catch (failure) {
    if (!(failure instanceof ManifoldError)) throw failure;
    console.log(`refused: ${failure.message}`);
    return { result: 'refused', isRelaxed: false };
  }
  const isRelaxed = relaxed > 0;
  if (values.shown) console.log(text);
  if (reason !== 'stop') return { result: 'length', isRelaxed };
  const isValid = satisfies(schema, text);
  if (!isValid && !isRelaxed) console.log(`invalid: ${text}\n  under ${JSON.stringify(schema)}`);
  return { result: isValid ? 'valid' : 'invalid', isRelaxed };
}

function satisfies(schema: Schema, text: string): boolean {
  try {
    return createOracle(schema)(JSON.parse(text));
  } catch (failure) {
    if (!(failure instanceof SyntaxError)) throw failure;
    return false;
  }
}

function report(): void {
  const rows = [...Map.groupBy(outcomes, ({ kind }) => kind), ['all', outcomes] as const].map(([kind, of]) => {
    const count = (holds: (outcome: Outcome) => boolean) => of.filter(holds).length;
    return {
      kind,
      schemas: of.length,
      accepted: count(({ result }) => result !== 'refused'),
      inFull: count(({ result, isRelaxed }) => result !== 'refused' && !isRelaxed),
      stopped: count(({ result }) => result === 'valid' || result === 'invalid'),
      valid: count(({ result }) => result === 'valid'),
      invalidInFull: count(({ result, isRelaxed }) => result === 'invalid' && !isRelaxed),
      length: count(({ result }) => result === 'length'),
    };
  });
  console.table(rows);
  const all = rows.at(-1);
  if (all === undefined) return;
  const percent = (part: number, whole: number) => `${((100 * part) / whole).toFixed(1)} %`;
  console.log(
    `${percent(all.accepted, all.schemas)} accepted, ${percent(all.inFull, all.schemas)} enforced in full; ` +
      `${percent(all.stopped - all.invalidInFull, all.stopped)} of the answers that ended are valid as far as promised, ` +
      `${percent(all.valid, all.stopped)} in every way; ${all.length} were cut.`,
  );
  if (all.invalidInFull > 0 || all.accepted < 0.95 * all.schemas) process.exitCode = 1;
}
