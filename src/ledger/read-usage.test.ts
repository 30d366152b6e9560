import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allTime, openTestLedger, type TestLedger, usageRecord } from '../../test/support/usage.ts';
import { readUsage } from './read-usage.ts';
import { removeOld } from './retention.ts';
import type { LedgerTables } from './tables.ts';
import type { UsageDimension } from './usage-query.ts';

const january = Date.UTC(2026, 0);
const hour = 3_600_000;
const day = 24 * hour;

let directory: string;
let test: TestLedger;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'manifold-usage-'));
  test = await openTestLedger(directory);
  const use = (id: string, at: number, fields: object) => void test.ledger.append(usageRecord({ id, at, ...fields }));
  use('1', january + 1, { keyId: 'key_a', team: 'blue', model: 'm/one', promptTokens: 1 });
  use('2', january + hour, { keyId: 'key_a', team: 'blue', model: 'm/two', promptTokens: 10 });
  use('3', january + day, { keyId: 'key_b', team: null, model: 'm/one', promptTokens: 100, status: 503 });
  use('4', january + 40 * day, { keyId: 'key_b', team: 'red', model: 'm/one', promptTokens: 1000, isMeasured: false });
});
afterAll(async () => {
  await test.ledger.close();
  await test.store.close();
  rmSync(directory, { recursive: true, force: true });
});

const rowsBy = async (by: readonly UsageDimension[], fields: object = {}) =>
  (await test.ledger.usage({ ...allTime, by, ...fields })).rows;

describe('usage', () => {
  it('is summed over everything', async () => {
    expect((await test.ledger.usage(allTime)).rows).toEqual([
      {
        requests: 4,
        errors: 1,
        estimated: 1,
        promptTokens: 1111,
        cachedTokens: 16,
        completionTokens: 20,
        reasoningTokens: 8,
        costNanos: 6000,
      },
    ]);
  });

  it.each([
    [
      ['key'],
      [
        { key: 'key_a', promptTokens: 11 },
        { key: 'key_b', promptTokens: 1100 },
      ],
    ],
    [
      ['team'],
      [
        { team: null, promptTokens: 100 },
        { team: 'blue', promptTokens: 11 },
        { team: 'red', promptTokens: 1000 },
      ],
    ],
    [
      ['model'],
      [
        { model: 'm/one', promptTokens: 1101 },
        { model: 'm/two', promptTokens: 10 },
      ],
    ],
    [
      ['month'],
      [
        { start: january, promptTokens: 111 },
        { start: Date.UTC(2026, 1), promptTokens: 1000 },
      ],
    ],
    [
      ['day', 'key'],
      [
        { start: january, key: 'key_a', promptTokens: 11 },
        { start: january + day, key: 'key_b', promptTokens: 100 },
        { start: january + 40 * day, key: 'key_b', promptTokens: 1000 },
      ],
    ],
    [
      ['hour'],
      [
        { start: january, promptTokens: 1 },
        { start: january + hour, promptTokens: 10 },
        { start: january + day, promptTokens: 100 },
        { start: january + 40 * day, promptTokens: 1000 },
      ],
    ],
  ] as const)('is told by %j', async (by, expected) => {
    expect(await rowsBy(by)).toMatchObject(expected);
  });

  it('is told of one key, team or model, and of a time to the hour', async () => {
    expect(await rowsBy([], { key: 'key_b' })).toMatchObject([{ promptTokens: 1100 }]);
    expect(await rowsBy([], { team: 'blue', model: 'm/two' })).toMatchObject([{ promptTokens: 10 }]);
    expect(await rowsBy([], { from: january + hour, to: january + day })).toMatchObject([{ promptTokens: 10 }]);
    expect(await rowsBy(['day'], { from: january, to: january + hour })).toMatchObject([
      { start: january, promptTokens: 1 },
    ]);
    expect(await rowsBy([], { key: 'nobody' })).toEqual([]);
  });

  it('says which time it told, rounded outwards', async () => {
    const report = await test.ledger.usage({ by: [], from: january + 5, to: january + hour + 5 });

    expect(report).toMatchObject({ from: january, to: january + 2 * hour, total: { promptTokens: 11 } });
  });

  it.each([
    ['by', { by: ['hour', 'day'] }],
    ['by', { by: ['key', 'key'] }],
    ['to', { from: january, to: january }],
  ] as const)('is refused naming %s for %j', async (param, fields) => {
    await expect(test.ledger.usage({ ...allTime, ...fields })).rejects.toMatchObject({ code: 'invalid_value', param });
  });

  it('of more rows than allowed is refused', async () => {
    await expect(readUsage(test.store, { ...allTime, by: ['hour'] }, 3)).rejects.toMatchObject({ param: 'by' });
  });

  it.each([
    ['month', 2],
    ['day', 3],
  ] as const)('is told by %s where the answer has no more rows, of however many it is the sum', async (by, rows) => {
    // From an hour on, so that days are sums of hours too.
    const query = { by: [by], from: january - hour, to: allTime.to };

    expect((await readUsage(test.store, query, rows)).rows).toHaveLength(rows);
  });
});

describe('what was used within some days', () => {
  it('is told for every key, team and model, and all together', async () => {
    expect(await test.ledger.usedWithin({ from: january + day, until: january + 41 * day })).toEqual([
      { kind: 'key', id: 'key_b', inputTokens: 1100, outputTokens: 10, costNanos: 3000 },
      { kind: 'team', id: 'red', inputTokens: 1000, outputTokens: 5, costNanos: 1500 },
      { kind: 'model', id: 'm/one', inputTokens: 1100, outputTokens: 10, costNanos: 3000 },
      { kind: 'global', id: 'global', inputTokens: 1100, outputTokens: 10, costNanos: 3000 },
    ]);
  });

  it('is nothing where nothing was used', async () => {
    expect(await test.ledger.usedWithin({ from: Date.UTC(2030, 0), until: Date.UTC(2031, 0) })).toEqual([]);
    expect(await test.ledger.usedWithin({ from: january + 2 * day, until: january + 40 * day })).toEqual([]);
  });
});

describe('old usage', () => {
  it('goes record by record and hour by hour, stays in the sums by day, and never looks like less', async () => {
    const now = january + 41 * day;

    await removeOld(test.store, { recordDays: 30, hourlyDays: 32 }, now);

    const left = await test.store.db<LedgerTables>().selectFrom('usage_records').select('id').execute();
    expect(left).toEqual([{ id: '4' }]);
    expect((await test.ledger.usage(allTime)).total).toMatchObject({ requests: 4, promptTokens: 1111 });
    await expect(rowsBy(['hour'])).rejects.toMatchObject({
      param: 'from',
      message: expect.stringContaining('2026-01-03'),
    });
    await expect(rowsBy([], { from: january + hour })).rejects.toMatchObject({ param: 'from' });
    expect(await rowsBy(['hour'], { from: january + 2 * day })).toMatchObject([{ promptTokens: 1000 }]);

    void test.ledger.append(usageRecord({ id: '5', at: january + 41 * day }));
    expect((await test.ledger.usage(allTime)).total).toMatchObject({ requests: 5 });
  });
});
