import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { policyOf } from '../../src/engines/replicas/policy.ts';
import { replicaPlace, replicaSettings } from '../../src/config/replica-settings.ts';

describe('the settings of replicas', () => {
  it('have defaults that make a policy', () => {
    expect(policyOf(replicaSettings.parse({}))).toMatchObject({
      timeouts: { firstTokenMs: 120_000, betweenTokensMs: 60_000, totalMs: Infinity },
      retries: { mostAttempts: 3, share: 0.2 },
      breaker: { openMs: 5000, mostOpenMs: 300_000 },
      alwaysAsks: false,
    });
  });

  it('take 0 for never', () => {
    const settings = replicaSettings.parse({ timeouts: { firstTokenSeconds: 0 } });

    expect(policyOf(settings)).toMatchObject({
      timeouts: { firstTokenMs: Infinity },
    });
  });

  it('ask an endpoint that routes by itself always', () => {
    expect(policyOf(replicaSettings.parse({ selfRouting: true }))).toMatchObject({ alwaysAsks: true });
  });

  it.each([{ retires: {} }, { retries: { mostAttempts: 0 } }, { timeouts: { firstTokenSeconds: -1 } }])(
    'refuse %j',
    (settings) => {
      expect(replicaSettings.safeParse(settings).success).toBe(false);
    },
  );

  it('place a replica by weight and tier', () => {
    const place = z.strictObject(replicaPlace);

    expect(place.parse({})).toEqual({ weight: 1, tier: 0 });
    expect(place.safeParse({ weight: 0 }).success).toBe(false);
    expect(place.safeParse({ tier: -1 }).success).toBe(false);
  });
});
