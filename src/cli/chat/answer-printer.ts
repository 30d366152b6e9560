import type { AnswerPiece } from '../server-client.ts';
import type { Terminal } from '../terminal.ts';
import { stripControl } from './strip-control.ts';

const faint = '\u001B[2m';
const normal = '\u001B[22m';

/**
 * Prints one answer, piece by piece. In a terminal the reasoning comes first, faint and with a line between it and
 * the answer; in a pipe or a file there is the answer only.
 */
export function createAnswerPrinter(stdout: Terminal['stdout']): (piece: AnswerPiece) => void {
  let isReasoning = false;
  return ({ reasoning, text }) => {
    if (stdout.isTTY && reasoning !== '') {
      stdout.write(faint + stripControl(reasoning) + normal);
      isReasoning = true;
    }
    if (text === '') return;
    if (isReasoning) stdout.write('\n\n');
    isReasoning = false;
    stdout.write(stripControl(text));
  };
}
