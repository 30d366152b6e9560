import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { modelCard, type ModelCard } from './card.ts';

/** A file that is no card, and why. */
export interface CardProblem {
  readonly file: string;
  readonly problem: string;
}

export interface ReadCards {
  /** In the order of their files' names. */
  readonly cards: readonly { readonly file: string; readonly card: ModelCard }[];
  readonly problems: readonly CardProblem[];
}

/** Bytes; a card is a page of text. */
const largestCard = 64 * 1024;

/**
 * The cards in the `.json` files of a folder and of the folders in it. A file that is no card is told and disables
 * nothing but itself; a folder that is not there has none.
 */
export async function readCards(folder: string): Promise<ReadCards> {
  const { files, problems } = await filesOf(folder);
  const read = await Promise.all(files.map(readCard));
  return {
    cards: read.flatMap((each) => ('card' in each ? [each] : [])),
    problems: [...problems, ...read.flatMap((each) => ('problem' in each ? [each] : []))],
  };
}

async function filesOf(folder: string): Promise<{ files: string[]; problems: CardProblem[] }> {
  const problems: CardProblem[] = [];
  const list = (path: string) =>
    readdir(path, { withFileTypes: true }).catch((failure: NodeJS.ErrnoException) => {
      if (failure.code !== 'ENOENT' || path !== folder)
        problems.push({ file: path, problem: `The folder cannot be read (${failure.code ?? 'unknown'}).` });
      return [];
    });
  const top = await list(folder);
  const below = await Promise.all(
    top
      .filter((entry) => entry.isDirectory())
      .map(async ({ name }) => (await list(join(folder, name))).map((entry) => ({ entry, at: join(folder, name) }))),
  );
  const files = [...top.map((entry) => ({ entry, at: folder })), ...below.flat()]
    .filter(({ entry }) => entry.name.endsWith('.json') && !entry.isDirectory())
    .map(({ entry, at }) => join(at, entry.name));
  return { files: files.toSorted(), problems };
}

async function readCard(file: string): Promise<{ file: string; card: ModelCard } | CardProblem> {
  try {
    const { size } = await stat(file);
    if (size > largestCard) return { file, problem: `A card has no more than ${largestCard} bytes; this has ${size}.` };
    const parsed = modelCard.safeParse(JSON.parse(await readFile(file, 'utf8')));
    if (parsed.success) return { file, card: parsed.data };
    const [issue] = parsed.error.issues;
    const at = issue?.path.length ? `\`${issue.path.join('.')}\`: ` : '';
    return { file, problem: `${at}${issue?.message ?? 'It is no card'}.` };
  } catch (failure) {
    const { code, message } = failure as NodeJS.ErrnoException;
    if (failure instanceof SyntaxError) return { file, problem: `It is not JSON: ${message}.` };
    return { file, problem: `It cannot be read (${code ?? message}).` };
  }
}
