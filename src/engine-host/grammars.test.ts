import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from 'vitest';
import type { GrammarOrder } from '../formats/answer-grammar.ts';
import { fallback } from '../formats/families/json-in-tags.ts';
import { createGrammarWorker, type GrammarWorker } from './grammar-worker.ts';
import { Grammars } from './grammars.ts';
import { writeGrammar } from './write-grammar.ts';

const open: GrammarWorker[] = [];
afterEach(() => Promise.all(open.splice(0).map((each) => each.close())));

function worker(bounds?: Parameters<typeof createGrammarWorker>[0]): GrammarWorker {
  const created = createGrammarWorker(bounds);
  open.push(created);
  return created;
}

function order(schema: unknown): GrammarOrder {
  const output = { kind: 'json', schema, isStrict: false, param: 'guided_json' } as const;
  return { format: fallback, tools: [], choice: 'none', parallel: false, promptEnd: '', output };
}

const named = (name: string) =>
  order({ type: 'object', properties: { [name]: { type: 'integer' } }, required: [name] });
/** Refused, but only after some work. */
const costly = order({
  type: 'string',
  allOf: Array.from({ length: 30 }, (_, at) => ({ pattern: `[a-z]{${at}}x.{5}` })),
});

describe('a grammar', () => {
  it('is written in a thread, and the same as here', async () => {
    const written = await worker().write(named('a'));

    expect(written).toEqual(writeGrammar(named('a')));
  });

  it('is written once for all who ask meanwhile', async () => {
    let count = 0;
    const counted = {
      write: (asked: GrammarOrder) => (count++, Promise.resolve(writeGrammar(asked))),
      close: () => Promise.resolve(),
    };
    const grammars = new Grammars(counted);
    const all = await Promise.all([1, 2, 3].map(() => grammars.of(named('a'))));
    await grammars.of(named('b'));

    expect(count).toBe(2);
    expect(new Set(all).size).toBe(1);
  });

  it('that was put out while it was written counts once when it is asked for again', async () => {
    const finish: (() => void)[] = [];
    const small = writeGrammar(named('a'));
    const symbols = new Int32Array(5 << 20);
    symbols.set(small.compiled.symbols);
    const large = { ...small, compiled: { ...small.compiled, symbols } };
    const grammars = new Grammars({
      write: (asked) =>
        new Promise((resolve) => {
          finish.push(() => resolve(asked.promptEnd === 'large' ? large : small));
        }),
      close: () => Promise.resolve(),
    });
    const askLarge = () => grammars.of({ ...named('a'), promptEnd: 'large' });
    const asked = [askLarge(), ...Array.from({ length: 256 }, (_, at) => grammars.of(named(`a${at}`)))];
    finish[1]?.();
    await asked[1];
    asked.push(askLarge());
    expect(finish).toHaveLength(258);
    for (const each of finish) each();
    await Promise.all(asked);
    void askLarge();

    expect(finish).toHaveLength(258);
  });

  it('that is refused is told with its field, and tried again when asked again', async () => {
    const grammars = new Grammars(worker());
    const refusal = { code: 'unsupported_schema', param: 'guided_json' };

    await expect(grammars.of(costly)).rejects.toMatchObject(refusal);
    await expect(grammars.of(costly)).rejects.toMatchObject(refusal);
    await expect(grammars.of(named('a'))).resolves.toHaveProperty('automaton');
  });

  it('that takes too long ends the thread, and the next is written in another', async () => {
    const impatient = worker({ timeoutMs: 1, heapMegabytes: 96 });

    await expect(impatient.write(costly)).rejects.toMatchObject({ code: 'unsupported_schema', param: 'guided_json' });
    await expect(worker().write(named('a'))).resolves.toHaveProperty('compiled');
  });

  it('that takes too much memory ends the thread, and nothing else', async () => {
    const small = worker({ timeoutMs: 10_000, heapMegabytes: 8 });
    const large = order({ enum: Array.from({ length: 2000 }, (_, at) => `${at}${'x'.repeat(100)}`) });

    await expect(Promise.all(Array.from({ length: 5 }, () => small.write(large)))).rejects.toMatchObject({
      code: 'unsupported_schema',
    });
  });

  it('delays nothing while it is written', async () => {
    const busy = worker();
    await busy.write(named('a'));
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    await Promise.all(Array.from({ length: 5 }, () => busy.write(costly).catch(() => undefined)));
    clearInterval(timer);

    expect(ticks).toBeGreaterThan(10);
  });
});

it('thousands of different schemas leave memory as it was', async () => {
  const grammars = new Grammars({
    write: (asked) => Promise.resolve(writeGrammar(asked)),
    close: () => Promise.resolve(),
  });
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const ask = async (from: number, to: number) => {
    for (let at = from; at < to; at++) {
      const { automaton } = await grammars.of(order({ type: 'string', maxLength: 1900 + (at % 100), title: `${at}` }));
      automaton.run(automaton.start, Buffer.from(`"text ${at}"`));
    }
    collect();
    // What the threads of the tests before have left goes with a turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    return process.memoryUsage();
  };
  const before = await ask(0, 400);
  const after = await ask(400, 1200);

  // 256 are kept. Were all kept, these would take some 40 MB.
  expect(after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers).toBeLessThan(12e6);
});
