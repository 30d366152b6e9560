import { describe, expect, it } from 'vitest';
import { leastOf } from '../../../test/support/least-of.ts';
import { startImageServer } from '../../../test/support/image-server.ts';
import { startNameServer } from '../../../test/support/name-server.ts';
import { createFetchImage } from './fetch-image.ts';
import { createHostLookup } from './host-lookup.ts';

const never = new AbortController().signal;

describe('the addresses of a host', () => {
  it('are those of both kinds', async () => {
    await using names = await startNameServer((asked) =>
      asked.startsWith('AAAA') ? ['2606:4700::1111'] : ['1.1.1.1', '1.0.0.1'],
    );

    const found = await createHostLookup({ servers: [names.address] })('pictures.example', false, never);

    expect(found).toEqual(['1.1.1.1', '1.0.0.1', '2606:4700::1111']);
    expect(names.questions.toSorted()).toEqual(['A pictures.example', 'AAAA pictures.example']);
  });

  it('are none where the name is not known', async () => {
    await using names = await startNameServer(() => []);

    expect(await createHostLookup({ servers: [names.address] })('pictures.example', false, never)).toEqual([]);
  });

  it('are not waited for longer than the signal allows', async () => {
    await using names = await startNameServer(() => undefined);
    const tookMs = await leastOf(900, async () => {
      const startedAt = performance.now();
      await createHostLookup({ servers: [names.address] })('pictures.example', false, AbortSignal.timeout(200));
      return performance.now() - startedAt;
    });

    expect(tookMs).toBeLessThan(900);
  });

  it('are the system’s for a host that the configuration names', async () => {
    const found = await createHostLookup({ servers: ['192.0.2.1'] })('localhost', true, never);

    expect(found.some((address) => address === '127.0.0.1' || address === '::1')).toBe(true);
  });
});

it('a name that changes its meaning between two questions is asked once, and the first answer is checked', async () => {
  await using canary = await startImageServer((_, response) => response.end());
  await using names = await startNameServer((asked, count) => {
    if (asked.startsWith('AAAA')) return [];
    return count <= 2 ? ['127.0.0.1'] : ['1.1.1.1'];
  });
  const rules = {
    http: true,
    allowHosts: ['*'],
    maxBytes: 1000,
    maxRedirects: 3,
    timeouts: { connectSeconds: 1, firstByteSeconds: 1, totalSeconds: 1 },
  };
  const fetchImage = createFetchImage(rules, { lookUp: createHostLookup({ servers: [names.address] }) });

  await expect(fetchImage('http://rebound.example/', 1000, never)).rejects.toThrow('without a public address');

  expect(names.questions.filter((asked) => asked.startsWith('A '))).toHaveLength(1);
  expect(canary.connections()).toBe(0);
});
