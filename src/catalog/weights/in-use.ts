import { readFile, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';

/** Processes that have one of the files in memory, or were started with it. Knows of none where there is no `/proc`. */
export async function usersOf(files: readonly string[], proc = '/proc'): Promise<number[]> {
  const names = new Set(files);
  for (const file of files) names.add(await realpath(file).catch(() => file));
  const pids = (await readdir(proc).catch(() => [])).filter((name) => /^\d+$/.test(name));
  const users = await Promise.all(
    pids.map(async (pid) => {
      if (Number(pid) === process.pid) return [];
      const [maps, command] = await Promise.all([read(join(proc, pid, 'maps')), read(join(proc, pid, 'cmdline'))]);
      const isUser = [...names].some((name) => maps.includes(name) || isHostOf(command, name));
      return isUser ? [Number(pid)] : [];
    }),
  );
  return users.flat();
}

/** An engine host has its model in its options; a tool that only names the file is no user. */
function isHostOf(command: string, file: string): boolean {
  return command.includes(JSON.stringify(file)) && command.includes('engine-host');
}

function read(path: string): Promise<string> {
  return readFile(path, 'latin1').catch(() => '');
}
