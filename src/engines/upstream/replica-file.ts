import { readFile } from 'node:fs/promises';
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

/** Follows a file whose text is `known`: `onText` gets what stands in it whenever that is another. One that is gone changes nothing. */
export function followFile(path: string, known: string, onText: (text: string) => void): () => void {
  let last = known;
  let isReading = false;
  // Looking is slower than being told, and works where files are mounted from elsewhere. What was read is compared and
  // not when it was written: a change just before the first look would go unnoticed.
  const look = async () => {
    if (isReading) return;
    isReading = true;
    const text = await readFile(path, 'utf8').catch(() => last);
    isReading = false;
    if (text === last) return;
    last = text;
    onText(text);
  };
  const timer = setInterval(() => void look(), everyMs).unref();
  return () => clearInterval(timer);
}
