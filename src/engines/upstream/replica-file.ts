import { readFile } from 'node:fs/promises';
import { unwatchFile, watchFile } from 'node:fs';
import { addressProblem } from '../../api/internal/engine-address.ts';

const everyMs = 2000;

/**
 * The addresses of a file, one a line; what follows a `#` is a comment. A line that is no address is left out, and
 * `onBad` told its number and what is wrong with it: what stands there may be a key.
 */
export function readAddresses(text: string, onBad: (line: number, problem: string) => void): string[] {
  const addresses = text.split('\n').flatMap((line, at) => {
    const address = line.replace(/#.*/, '').trim();
    const problem = address === '' ? undefined : addressProblem(address);
    if (problem !== undefined) onBad(at + 1, problem);
    return address === '' || problem !== undefined ? [] : [address];
  });
  return [...new Set(addresses)];
}

/** Follows a file: `onText` gets what stands in it whenever that changed. A file that is gone changes nothing. */
export function followFile(path: string, onText: (text: string) => void): () => void {
  const read = () => {
    readFile(path, 'utf8').then(onText, () => undefined);
  };
  // Looking is slower than being told, and works where files are mounted from elsewhere.
  watchFile(path, { interval: everyMs, persistent: false }, read);
  return () => unwatchFile(path, read);
}
