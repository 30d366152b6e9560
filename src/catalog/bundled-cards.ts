import { readFileSync } from 'node:fs';
import type { ModelCard } from './card.ts';

/**
 * The cards that come with the package, from the one file into which `npm run generate` puts those of `models/`, a line
 * each. They were checked when it was made. Takes about two milliseconds.
 */
export function readBundledCards(file: string): ModelCard[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ModelCard);
}
