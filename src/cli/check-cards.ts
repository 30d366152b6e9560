import { readBundledCards } from '../catalog/bundled-cards.ts';
import { findContradictions } from '../catalog/contradictions.ts';
import { readCards, type CardProblem } from '../catalog/read-cards.ts';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load-config.ts';
import { CommandFailed } from './exit-codes.ts';
import { bundledCardsFile } from './open-cards.ts';
import { say, type Terminal } from './terminal.ts';

/** What the folder of the user's own cards holds. */
interface CheckedCards {
  readonly folder: string;
  readonly usable: number;
  readonly problems: readonly CardProblem[];
}

/** Looks at the cards of the configuration's folder, each for itself and against the others. */
export async function inspectCards({ catalog: { dir: folder = '' } }: Config): Promise<CheckedCards> {
  const { cards, problems } = await readCards(folder);
  const contradictions = cards.length > 0 ? findContradictions(cards, readBundledCards(bundledCardsFile)) : [];
  return { folder, usable: cards.length, problems: [...problems, ...contradictions] };
}

/** `manifold models --check`: a line for each problem, and exit code 1 when there is one. */
export async function checkCards(
  flags: { readonly config?: string; readonly json?: boolean },
  { stdout, env, cwd }: Terminal,
): Promise<void> {
  const { config } = loadConfig({ file: flags.config, env, cwd });
  const { folder, usable, problems } = await inspectCards(config);
  if (flags.json) say(stdout, JSON.stringify({ folder, usable, problems }, null, 2));
  else {
    for (const { file, problem } of problems) say(stdout, `${file}: ${problem}`);
    say(stdout, `${folder}: ${usable} usable, ${problems.length === 0 ? 'no' : problems.length} problems`);
  }
  if (problems.length > 0) throw new CommandFailed();
}
