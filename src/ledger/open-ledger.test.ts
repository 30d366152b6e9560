import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  allTime,
  openRequest,
  openTestLedger,
  openUsageStore,
  type TestLedger,
  usageRecord,
  usedSoFar,
} from '../../test/support/usage.ts';
import type { LedgerTables } from './tables.ts';

let directory: string;
let opened: TestLedger[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'manifold-ledger-'));
  opened = [];
});
afterEach(async () => {
  await Promise.all(opened.map(({ store }) => store.close()));
  rmSync(directory, { recursive: true, force: true });
});

const open = async (options: Parameters<typeof openTestLedger>[1] = {}) => {
  const test = await openTestLedger(directory, options);
  opened.push(test);
  return test;
};
const records = ({ store }: TestLedger) =>
  store.db<LedgerTables>().selectFrom('usage_records').selectAll().orderBy('seq').execute();
const journals = () => readdirSync(directory).filter((name) => name.startsWith('usage.journal'));

describe('a record', () => {
  it('is in the journal when append returns, and in the database soon', async () => {
    const test = await open();

    void test.ledger.append(usageRecord());
    expect(
      journals()
        .map((name) => readFileSync(join(directory, name), 'utf8'))
        .join(''),
    ).toContain('req_1');
    await test.clock.advance(200);

    await expect
      .poll(() => records(test))
      .toEqual([
        {
          seq: 1,
          id: 'req_1',
          at: Date.UTC(2026, 0, 15, 10, 30),
          key_id: 'key_a',
          team: 'blue',
          model: 'm/one',
          engine: 'local',
          endpoint: '/v1/chat/completions',
          status: 200,
          prompt_tokens: 10,
          cached_tokens: 4,
          completion_tokens: 5,
          reasoning_tokens: 2,
          cost_nanos: 1500,
          ttft_ms: 12.5,
          duration_ms: 80,
          finish_reason: 'stop',
          error_code: null,
          is_measured: 1,
        },
      ]);
  });

  it('that comes twice is kept and summed once, in one batch or in two', async () => {
    const { ledger } = await open();
    void ledger.append(usageRecord());
    void ledger.append(usageRecord());
    await ledger.usage(allTime);
    void ledger.append(usageRecord());

    expect((await ledger.usage(allTime)).total).toMatchObject({ requests: 1, promptTokens: 10 });
  });

  it('may hold any text', async () => {
    const test = await open();
    const odd = usageRecord({ model: `'); drop table usage_records; --\n"`, team: '🟦 nul', engine: null });
    void test.ledger.append(odd);

    await test.ledger.usage(allTime);

    expect(await records(test)).toMatchObject([{ model: odd.model, team: odd.team, engine: null }]);
  });

  it('is on the disk before append resolves where that is configured', async () => {
    const { ledger } = await open({ sync: 'full' });

    await expect(ledger.append(usageRecord())).resolves.toBeUndefined();
    expect(await (await open({ sync: 'group' })).ledger.append(usageRecord())).toBeUndefined();
  });
});

describe('a process that dies', () => {
  it('has lost no record: the next start finds them in the journal, and leaves none there', async () => {
    const died = await open();
    for (let at = 0; at < 2000; at++) void died.ledger.append(usageRecord({ id: `req_${at}`, promptTokens: at }));

    const next = await open();

    expect((await next.ledger.usage(allTime)).total).toMatchObject({ requests: 2000, promptTokens: 1_999_000 });
    expect(next.log[0]).toMatch(/^warn: usage that the last process had not settled/);
    await next.ledger.close();
    expect(journals()).toHaveLength(0);
  });

  it('in the middle of a line has lost that line only, and the next start says so', async () => {
    const died = await open();
    void died.ledger.append(usageRecord());
    appendFileSync(join(directory, journals()[0]!), '12345678r{"id":"req_2","at":17');

    const next = await open();

    expect((await next.ledger.usage(allTime)).total).toMatchObject({ requests: 1 });
    expect(next.log[0]).toMatch(/^warn: damaged lines.*"lines":1/);
  });

  it('after moving and before removing a journal does no harm', async () => {
    const died = await open();
    void died.ledger.append(usageRecord());
    await died.ledger.usage(allTime);

    const { ledger } = await open();

    expect((await ledger.usage(allTime)).total).toMatchObject({ requests: 1, promptTokens: 10 });
  });

  it('under a request of which nothing was seen leaves a record with the most it could use', async () => {
    const died = await open();
    died.ledger.open(openRequest());

    const next = await open();

    await next.ledger.usage(allTime);
    expect(await records(next)).toMatchObject([
      {
        id: 'req_1',
        status: 500,
        prompt_tokens: 100,
        completion_tokens: 50,
        cost_nanos: 9000,
        duration_ms: 0,
        error_code: 'process_died',
        is_measured: 0,
      },
    ]);
  });

  it('under a request leaves a record with what was last seen of it', async () => {
    const died = await open();
    died.ledger.open(openRequest());
    died.ledger.checkpoint(usedSoFar({ completionTokens: 1 }));
    await died.clock.advance(100);
    await died.ledger.usage(allTime);
    died.ledger.checkpoint(usedSoFar({ completionTokens: 7 }));
    died.ledger.checkpoint(usedSoFar({ completionTokens: 8, seenAt: usageRecord().at + 3000 }));
    await died.clock.advance(100);

    const next = await open();

    await next.ledger.usage(allTime);
    expect(await records(next)).toMatchObject([
      { prompt_tokens: 10, cached_tokens: 4, completion_tokens: 8, duration_ms: 3000, error_code: 'process_died' },
    ]);
  });

  it('finds what was used so far of all requests, and of none that ended', async () => {
    const died = await open();
    const written = () => journals().map((name) => readFileSync(join(directory, name), 'utf8'));
    for (const id of ['req_1', 'req_2', 'req_3']) {
      died.ledger.open(openRequest({ id }));
      died.ledger.checkpoint(usedSoFar({ id }));
    }
    void died.ledger.append(usageRecord({ id: 'req_2' }));
    expect(written().join('')).not.toContain('seenAt');
    await died.clock.advance(100);
    expect(written().join('').split('seenAt')).toHaveLength(1 + 2);

    const next = await open();

    await next.ledger.usage(allTime);
    expect((await records(next)).map(({ id, completion_tokens: tokens }) => `${id} ${tokens}`).toSorted()).toEqual([
      'req_1 5',
      'req_2 5',
      'req_3 5',
    ]);
  });

  it('after a request has ended settles it no second time, wherever its lines are', async () => {
    const died = await open();
    died.ledger.open(openRequest());
    await died.ledger.usage(allTime);
    void died.ledger.append(usageRecord());
    died.ledger.open(openRequest({ id: 'req_2' }));
    void died.ledger.append(usageRecord({ id: 'req_2' }));

    const next = await open();
    const last = await open();

    for (const { ledger } of [next, last]) {
      expect((await ledger.usage(allTime)).total).toMatchObject({ requests: 2, errors: 0, completionTokens: 10 });
    }
  });
});

describe('a record that is removed for its age', () => {
  it('is summed once, also where the server dies with its line in the journal', async () => {
    const retention = { recordDays: 1, hourlyDays: 32 };
    const died = await open({ retention });
    void died.ledger.append(usageRecord({ at: Date.now() - 2 * 86_400_000 }));
    void died.ledger.append(usageRecord({ id: 'req_2', at: Date.now() }));
    await died.ledger.usage(allTime);
    await died.clock.advance(3_600_000);
    await expect.poll(() => records(died)).toHaveLength(1);

    const next = await open({ retention });

    expect((await next.ledger.usage(allTime)).total).toMatchObject({ requests: 2, promptTokens: 20 });
  });
});

describe('a database that does not take usage', () => {
  it('leaves it in the journal, is told once, and has it when it works again', async () => {
    const file = join(directory, 'manifold.db');
    const store = await openUsageStore(file, { busyMs: 5 });
    const test = await open({ store });
    const { ledger, clock, log } = test;
    const told = () => log.filter((line) => line.startsWith('error: usage stays in its journal')).length;
    const other = new DatabaseSync(file);
    other.exec('begin immediate');
    void ledger.append(usageRecord());

    await expect(ledger.usage(allTime)).rejects.toMatchObject({ code: 'storage_unavailable' });
    while (test.failures() < 3) {
      await clock.advance(200);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(told()).toBe(1);

    other.exec('rollback');
    other.close();
    expect((await ledger.usage(allTime)).total.requests).toBe(1);
  });

  it('is not asked again once the ledger is closed', async () => {
    const store = await openUsageStore(join(directory, 'manifold.db'));
    const asked = Promise.withResolvers<void>();
    const failing = Promise.withResolvers<never>();
    let isFailing = false;
    const { ledger, clock, log } = await open({
      store: {
        ...store,
        batch(queries) {
          if (!isFailing) return store.batch(queries);
          asked.resolve();
          return failing.promise;
        },
      },
    });
    isFailing = true;
    void ledger.append(usageRecord());
    await clock.advance(200);
    await asked.promise;

    const closing = ledger.close();
    // It has called off all that waits, and waits itself for what was begun.
    while (clock.waiting() > 0) await new Promise((resolve) => setImmediate(resolve));
    failing.reject(new Error('The disk is full.'));
    await closing;

    expect(clock.waiting()).toBe(0);
    expect(log.at(-1)).toMatch(/^error: usage stays in its journal until the next start/);
  });

  it('sets a line aside that it refuses for what it says, and takes all others', async () => {
    const test = await open();
    void test.ledger.append(usageRecord({ id: 'good_1' }));
    void test.ledger.append(usageRecord({ id: 'bad', promptTokens: 1.5 }));
    void test.ledger.append(usageRecord({ id: 'good_2' }));

    expect((await test.ledger.usage(allTime)).total.requests).toBe(2);
    expect(readFileSync(join(directory, 'usage.refused'), 'utf8')).toMatch(/^record \{"id":"bad"/);
    expect(test.log.at(-1)).toMatch(/^error: .*set aside/);
    expect(test.failures()).toBe(1);
  });
});

describe('a memory that may hold no more lines', () => {
  it('lets no request begin, and drops no record but of those that used nothing', async () => {
    const test = await open({ mostHeldLines: 0 });
    const { ledger } = test;

    expect(() => ledger.open(openRequest())).toThrow(
      expect.objectContaining({ code: 'storage_unavailable', retryAfterSeconds: 5 }) as Error,
    );
    const nothing = { promptTokens: 0, cachedTokens: 0, completionTokens: 0, reasoningTokens: 0, costNanos: 0 };
    void ledger.append(usageRecord({ id: 'refused', status: 503, ...nothing }));
    void ledger.append(usageRecord({ id: 'ended' }));

    expect((await ledger.usage(allTime)).total).toMatchObject({ requests: 1, promptTokens: 10 });
    expect(test.failures()).toBe(1);
  });

  it('drops none of a request that was opened: the next start would count the most it could use', async () => {
    const died = await open({ onWriteError: 'refuse', mostHeldLines: 0 });
    died.ledger.open(openRequest());
    const nothing = { promptTokens: 0, cachedTokens: 0, completionTokens: 0, reasoningTokens: 0, costNanos: 0 };
    void died.ledger.append(usageRecord({ status: 503, ...nothing }));

    const next = await open();

    expect((await next.ledger.usage(allTime)).total).toMatchObject({ requests: 1, promptTokens: 0, costNanos: 0 });
  });
});

describe('many who ask what was used', () => {
  it('are answered up to a bound, and the rest told to come back', async () => {
    const { ledger } = await open();

    const answers = await Promise.allSettled(Array.from({ length: 257 }, () => ledger.usage(allTime)));

    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(256);
    expect(answers.at(-1)).toMatchObject({ reason: { code: 'storage_unavailable', retryAfterSeconds: 1 } });
    expect((await ledger.usage(allTime)).total.requests).toBe(0);
  });
});

describe('many records', () => {
  it('go through several journals, each removed once it was moved', async () => {
    const { ledger } = await open({ rotateBytes: 20_000 });
    for (let round = 0; round < 20; round++) {
      for (let at = 0; at < 50; at++) void ledger.append(usageRecord({ id: `req_${round}_${at}` }));
      expect((await ledger.usage(allTime)).total.requests).toBe((round + 1) * 50);
    }

    expect(journals().length).toBeLessThanOrEqual(3);
    await ledger.close();
    expect(journals()).toEqual([]);
  });
});
