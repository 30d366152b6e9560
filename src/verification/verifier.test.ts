import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { OutputConstraint } from '../api/internal/engine-request.ts';
import { createVerifier, type Verifier } from './verifier.ts';

const json = (schema?: unknown, isStrict = true): OutputConstraint => ({ kind: 'json', schema, isStrict, param: 'p' });
const never = new AbortController().signal;

let verifier: Verifier;
afterEach(() => verifier.close());

/** Every value is compared with each of 2^60 ways to the same schema. */
function endless(): OutputConstraint {
  const level = (at: number) => ({ anyOf: [{ $ref: `#/$defs/${at}` }, { $ref: `#/$defs/${at}` }] });
  const $defs = Object.fromEntries(Array.from({ length: 60 }, (_, at) => [at, at === 59 ? false : level(at + 1)]));
  return json({ ...level(0), $defs });
}

describe('a finished text', () => {
  const regex = (pattern: string): OutputConstraint => ({ kind: 'regex', pattern, param: 'p' });
  const choice: OutputConstraint = { kind: 'choice', choices: ['yes', 'no'], param: 'p' };
  const integers = { type: 'array', items: { type: 'integer' } };
  it.each<[string, OutputConstraint, string | undefined]>([
    ['{}', json(), undefined],
    [' {"a":[1]}\n', json(), undefined],
    ['[1]', json(), 'is not a JSON object'],
    ['{"a":1', json(), 'is not JSON'],
    ['', json(), 'is not JSON'],
    ['[1,2]', json(integers), undefined],
    ['[1,2.5]', json(integers), 'does not satisfy the schema'],
    ['[1,2.5]', json(integers, false), undefined],
    ['[1,', json(integers, false), 'is not JSON'],
    ['null', json({}), undefined],
    ['aab', regex('a+b'), undefined],
    ['aabc', regex('a+b'), 'does not match the expression'],
    ['b', regex('a|b'), undefined],
    ['b', regex('^(?:a|b)$'), undefined],
    ['ab', regex('^a|^ab$'), undefined],
    ['b', regex('^a$'), 'does not match the expression'],
    ['xb', regex('a|b'), 'does not match the expression'],
    ['whatever', regex('(?=a)b'), undefined],
    ['yes', choice, undefined],
    ['yes.', choice, 'is none of the choices'],
    ['x', { kind: 'grammar', grammar: 'root ::= "y"', param: 'p' }, undefined],
  ])('%j', async (text, output, problem) => {
    verifier = createVerifier();

    expect(await verifier.findProblem(text, output, never)).toBe(problem);
  });
});

describe('a check that goes on for too long', () => {
  it('is stopped, and the next ones are not affected', async () => {
    verifier = createVerifier({ timeoutMs: 1000 });
    const slow = verifier.findProblem('1', endless(), never);
    const next = Promise.all([verifier.findProblem('{}', json(), never), verifier.findProblem('[', json(), never)]);

    await expect(slow).rejects.toThrow('aborted');
    expect(await next).toEqual([undefined, 'is not JSON']);
    expect(await verifier.findProblem('{}', json(), never)).toBeUndefined();
  });

  it('does not hold up the event loop', async () => {
    verifier = createVerifier({ timeoutMs: 1000 });
    let turns = 0;
    const timer = setInterval(() => turns++, 5);

    await expect(verifier.findProblem('1', endless(), never)).rejects.toThrow('aborted');
    clearInterval(timer);

    // How many there are depends on what else the machine does; a check that held the loop would leave none.
    expect(turns).toBeGreaterThan(1);
  });

  it('is left at once by whoever stops waiting', async () => {
    verifier = createVerifier({ timeoutMs: 1000 });
    const controller = new AbortController();
    const slow = verifier.findProblem('1', endless(), controller.signal);
    let isNextOver = false;
    const next = verifier.findProblem('{}', json(), never).finally(() => (isNextOver = true));
    controller.abort(new Error('gone'));

    await expect(slow).rejects.toThrow('gone');
    // It waits for the thread, which the other still has.
    expect(isNextOver).toBe(false);
    expect(await next).toBeUndefined();
  });
});

it('what was found in time counts, however late it is read', async () => {
  const timeoutMs = 1000;
  verifier = createVerifier({ timeoutMs });
  await verifier.findProblem('{}', json(), never);
  // Past what is read of a thread at once, so that time is looked at before the finding.
  await setImmediate();
  const found = verifier.findProblem('[1]', json(), never);
  // Until it is asked for, and no longer: nothing may be read before the time is up.
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  const until = performance.now() + 2 * timeoutMs;
  while (performance.now() < until);

  expect(await found).toBe('is not a JSON object');
});

describe('a text that would take too much memory', () => {
  it.each([
    ['too many parts', `[${'{},'.repeat(400_000)}{}]`],
    ['too long', JSON.stringify({ a: 'a'.repeat(4_000_000) })],
  ])('is not parsed: %s', async (reason, text) => {
    verifier = createVerifier();

    await expect(verifier.findProblem(text, json({}), never)).rejects.toThrow(reason);
    expect(await verifier.findProblem('{}', json(), never)).toBeUndefined();
  });

  it('is one far larger than answers are', async () => {
    verifier = createVerifier({ timeoutMs: 20_000 });
    const record = { name: 'x'.repeat(20), tags: ['a', 'b'], size: 1.5 };
    const schema = { items: { properties: { name: { pattern: '^x' }, tags: { uniqueItems: true } } } };

    expect(
      await verifier.findProblem(JSON.stringify(Array.from({ length: 20_000 }, () => record)), json(schema), never),
    ).toBeUndefined();
  });
});
