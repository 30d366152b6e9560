import { readFile } from 'node:fs/promises';
import { unwatchFile, watchFile } from 'node:fs';

const everyMs = 2000;

/** The addresses of a file, one a line; what follows a `#` is a comment. A line that is no address is told and left out. */
export function readAddresses(text: string, onBad: (line: string) => void): string[] {
  const lines = text.split('\n').map((line) => line.replace(/#.*/, '').trim());
  return [...new Set(lines.filter(Boolean))].filter((line) => {
    const isAddress = URL.canParse(line) && /^https?:$/.test(new URL(line).protocol);
    if (!isAddress) onBad(line);
    return isAddress;
  });
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
