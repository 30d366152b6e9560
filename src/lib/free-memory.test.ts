import { describe, expect, it } from 'vitest';
import { freeMemory } from './free-memory.ts';

const mib = 2 ** 20;
const from = (files: Readonly<Record<string, string>>) => freeMemory((path) => files[path]);
const meminfo = `MemTotal: 99999999 kB\nMemFree: 1 kB\nMemAvailable:   ${1000 * 1024} kB\n`;

describe('free memory', () => {
  it('is what the kernel calls available where nothing limits it', () => {
    expect(from({ '/proc/meminfo': meminfo })).toBe(1000 * mib);
    expect(
      from({
        '/proc/meminfo': meminfo,
        '/proc/self/cgroup': '0::/\n',
        '/sys/fs/cgroup/memory.max': 'max\n',
        '/sys/fs/cgroup/memory.current': '5\n',
      }),
    ).toBe(1000 * mib);
  });

  it('is what a group leaves, pages of files counted as free', () => {
    const files = {
      '/proc/meminfo': meminfo,
      '/proc/self/cgroup': '0::/pod/box\n',
      '/sys/fs/cgroup/pod/box/memory.max': `${512 * mib}\n`,
      '/sys/fs/cgroup/pod/box/memory.current': `${400 * mib}\n`,
      '/sys/fs/cgroup/pod/box/memory.stat': `anon ${300 * mib}\nfile 1\nactive_file ${60 * mib}\ninactive_file ${40 * mib}\n`,
    };

    expect(from(files)).toBe(212 * mib);
  });

  it('is bounded by the groups above its own', () => {
    const files = {
      '/proc/meminfo': meminfo,
      '/proc/self/cgroup': '0::/pod/box\n',
      '/sys/fs/cgroup/pod/box/memory.max': 'max\n',
      '/sys/fs/cgroup/pod/box/memory.current': '0\n',
      '/sys/fs/cgroup/pod/memory.max': `${100 * mib}\n`,
      '/sys/fs/cgroup/pod/memory.current': `${30 * mib}\n`,
    };

    expect(from(files)).toBe(70 * mib);
  });

  it('knows the groups of version 1, whose limit may be none', () => {
    const group = {
      '/proc/meminfo': meminfo,
      '/proc/self/cgroup': '7:cpu:/x\n4:memory:/box\n0::/\n',
      '/sys/fs/cgroup/memory/box/memory.usage_in_bytes': `${50 * mib}\n`,
      '/sys/fs/cgroup/memory/box/memory.stat': `total_inactive_file ${10 * mib}\n`,
    };

    expect(from({ ...group, '/sys/fs/cgroup/memory/box/memory.limit_in_bytes': `${64 * mib}\n` })).toBe(24 * mib);
    expect(from({ ...group, '/sys/fs/cgroup/memory/box/memory.limit_in_bytes': '9223372036854771712\n' })).toBe(
      1000 * mib,
    );
  });

  it('is some of what this machine has', () => {
    expect(freeMemory()).toBeGreaterThan(mib);
  });
});
