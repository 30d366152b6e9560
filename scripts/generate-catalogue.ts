// Writes models/cards.jsonl, from which the server reads, and docs/models.md. With --check it only says whether they are
// up to date. A card that cannot be used, or contradicts another, fails either way.
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { findContradictions } from '../src/catalog/contradictions.ts';
import { readCards } from '../src/catalog/read-cards.ts';
import { cataloguePage } from './catalogue-page.ts';
import { isAnswerFormat } from './verified-parts.ts';

const root = join(import.meta.dirname, '..');
const { cards, problems } = await readCards(join(root, 'models'));
const misplaced = cards
  .filter(({ file, card }) => relative(join(root, 'models'), file) !== `${card.id}.json`)
  .map(({ file, card }) => ({ file, problem: `The card of \`${card.id}\` belongs into models/${card.id}.json.` }));
const strange = cards.flatMap(({ file, card: { answerFormat } }) =>
  answerFormat === undefined || isAnswerFormat(answerFormat)
    ? []
    : [{ file, problem: `\`answerFormat\`: src/formats has no \`${answerFormat}\`.` }],
);
const all = [...problems, ...misplaced, ...strange, ...findContradictions(cards)];
for (const { file, problem } of all) console.error(`${relative(root, file)}: ${problem}`);
if (all.length > 0) process.exit(1);

const written: readonly (readonly [string, string])[] = [
  ['models/cards.jsonl', `${cards.map(({ card }) => JSON.stringify(card)).join('\n')}\n`],
  ['docs/models.md', cataloguePage(cards.map(({ card }) => card))],
];
for (const [name, text] of written) {
  const file = join(root, name);
  if (!process.argv.includes('--check')) writeFileSync(file, text);
  else if (read(file) !== text) {
    console.error(`${name} does not match the cards in models/. Run \`npm run generate\`.`);
    process.exitCode = 1;
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
