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
      const mapped = mappedFiles(maps);
      const isUser = [...names].some(
        (name) => mapped.has(name) || isHostOf(command, name) || isServerOf(command, name),
      );
      return isUser ? [Number(pid)] : [];
    }),
  );
  return users.flat();
}

/** The last column of each line, which may hold spaces: an address, rights, an offset, a device and a number come first. */
function mappedFiles(maps: string): ReadonlySet<string> {
  return new Set(maps.split('\n').map((line) => line.replace(/^(?:\S+ +){5}/, '')));
}

/** An engine host has its model in its options; a tool that only names the file is no user. */
function isHostOf(command: string, file: string): boolean {
  return command.includes(JSON.stringify(file)) && command.includes('engine-host');
}

/** llama.cpp's server reads an image encoder once, and does not map it; its options name it, as they name the model. */
function isServerOf(command: string, file: string): boolean {
  const words = command.split('\0');
  return words.some((word, at) => (word === '--mmproj' || word === '--model') && words[at + 1] === file);
}

function read(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
