import type { ModelCard } from '../src/catalog/card.ts';
import { markdownTable } from './markdown-table.ts';
import { createVerifier, type VerifiedParts } from './verified-parts.ts';

const introduction = `# Models that are known

Made from the cards in [models/](../models) by \`npm run generate\`. How they are found by name, what a model that is not
served needs, and how to add cards of your own: [the guide](guide.md#models).

No real weights were run to make this page, but those of the built-in model. What the tests run is told apart in the last
column:

- **ran**: its architecture (a model of the same shape with random weights is loaded and answers in the tests) and the
  format of its template (a real template of its family is recognised, and answers in it are read).
- **template**: the format of its template only.
- **architecture**: its architecture only.
- **–**: neither. An engine elsewhere may well run it.

Parameters are in billions, active ones behind a slash. A gap means that no source says it. \`hosted\` is what was seen at
NVIDIA's hosted API on the day of the sources, in each card.

`;

/** The page of all cards, in the order of their ids. */
export function cataloguePage(cards: readonly ModelCard[]): string {
  const verify = createVerifier();
  const sorted = cards.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const rows = sorted.map((card) => [
    `\`${card.id}\``,
    card.family,
    parametersOf(card),
    card.contextLength === undefined ? '' : String(card.contextLength),
    abilitiesOf(card),
    card.license ?? '',
    card.weights === undefined ? '' : `[${card.weights}](https://huggingface.co/${card.weights})`,
    card.gguf === undefined ? '' : 'yes',
    hostedOf(card),
    verdictOf(verify(card)),
  ]);
  const header = ['model', 'family', 'size', 'context', 'can', 'licence', 'weights', 'GGUF', 'hosted', 'verified'];
  const open = cards.filter(({ weights }) => weights !== undefined).length;
  const ran = rows.filter((row) => row.at(-1) === '**ran**').length;
  const counts = `${cards.length} models, ${open} of them with open weights; of ${ran} both parts ran.\n\n`;
  return introduction + counts + markdownTable(header, rows);
}

function parametersOf({ parameters: { total, active } = {} }: ModelCard): string {
  const billions = (count: number | undefined) =>
    count === undefined ? '?' : String(Number((count / 1e9).toFixed(2)));
  if (total === undefined && active === undefined) return '';
  return active === undefined ? billions(total) : `${billions(total)}/${billions(active)}`;
}

function abilitiesOf({ modalities = [], tools, structuredOutput, reasoning }: ModelCard): string {
  const all = [
    ...modalities.filter((each) => each !== 'text'),
    ...(tools ? ['tools'] : []),
    ...(structuredOutput ? ['JSON'] : []),
    ...(reasoning ? ['reasoning'] : []),
  ];
  return all.join(', ');
}

function hostedOf({ hosted, retired }: ModelCard): string {
  if (retired?.on !== undefined) return `retired ${retired.on}`;
  if (hosted === undefined) return '';
  return hosted.listed ? 'listed' : 'not listed';
}

function verdictOf({ architecture, template }: VerifiedParts): string {
  if (architecture && template) return '**ran**';
  if (template) return 'template';
  return architecture ? 'architecture' : '–';
}
