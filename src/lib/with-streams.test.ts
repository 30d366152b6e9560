import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

/** Opens all files that it may, and starts a process then. */
const crowded = `
  import { openSync } from 'node:fs';
  import { spawn } from 'node:child_process';
  import { withStreams } from ${JSON.stringify(new URL('./with-streams.ts', import.meta.url).href)};
  try { for (;;) openSync('/dev/null', 'r'); } catch {}
  try { withStreams(spawn(process.execPath, ['-v'])); } catch (failure) { process.stdout.write(failure.message); }
`;

it('a process that cannot be started for want of file descriptors is told at once, and breaks nothing later', () => {
  const limited = 'ulimit -n 100 && exec "$0" --input-type=module --eval "$1"';

  expect(execFileSync('/bin/sh', ['-c', limited, process.execPath, crowded], { encoding: 'utf8' })).toBe(
    'No process can be started: too many files are open.',
  );
});
