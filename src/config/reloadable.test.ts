import { expect, it } from 'vitest';
import { config as configSchema } from './config.ts';
import { reload, reloadableValue } from './reloadable.ts';

const before = configSchema.parse({ logLevel: 'info', auth: { keys: ['a-key-of-sixteen-a'] } });
const next = configSchema.parse({ logLevel: 'warn', auth: { keys: ['a-key-of-sixteen-b'], onRevoke: 'abort' } });

it('puts every value in force and names what else differs', () => {
  const told: unknown[] = [];
  const keys = reloadableValue(
    ['auth.keys'],
    ({ auth }) => JSON.stringify(auth.keys),
    before,
    (now) => told.push(now),
  );

  expect(reload([keys], before, next)).toEqual(['auth.onRevoke', 'logLevel']);
  expect(keys.current).toContain('sixteen-b');
  expect(told).toEqual([keys.current]);
  expect(reload([keys], before, before)).toEqual([]);
});

it('changes nothing when one part cannot take it', () => {
  const level = reloadableValue(['logLevel'], ({ logLevel }) => logLevel, before);
  const picky = reloadableValue(
    ['auth'],
    ({ auth }) => {
      if (auth.onRevoke === 'abort') throw new Error('Never.');
      return auth.onRevoke;
    },
    before,
  );

  expect(() => reload([level, picky], before, next)).toThrow('Never.');
  expect([level.current, picky.current]).toEqual(['info', 'finish']);
});
