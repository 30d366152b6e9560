import { inspectCards } from '../check-cards.ts';
import type { Finding, Patient } from './finding.ts';

/** Whether the cards of the user's own can be used. None is nothing to tell. */
export async function checkCardFolder({ config }: Patient): Promise<Finding[]> {
  const { folder, usable, problems } = await inspectCards(config);
  const [first] = problems;
  if (first !== undefined) {
    const found = `${problems.length} of the cards in ${folder}: ${first.file}: ${first.problem}`;
    return [{ check: 'cards', status: 'warn', found, advice: '`manifold models --check` lists them all.' }];
  }
  return usable === 0 ? [] : [{ check: 'cards', status: 'ok', found: `${usable} of your own in ${folder}` }];
}
