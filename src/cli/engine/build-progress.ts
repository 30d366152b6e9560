import { redraw, type Terminal } from '../terminal.ts';

/** Tells a person how far a build is: a line that changes on a terminal, a few plain lines elsewhere. */
export interface BuildProgress {
  /** Begins a step. */
  step(name: string): void;
  /** How much of the step is done. */
  advance(fraction: number): void;
  end(): void;
}

const barWidth = 24;
/** A log wants a line now and then, not two hundred. */
const plainEvery = 0.1;

export function createBuildProgress(stderr: Terminal['stderr']): BuildProgress {
  let name = '';
  let toldUpTo = 0;
  let isLineOpen = false;
  const draw = (text: string) => {
    if (stderr.isTTY) redraw(stderr, text);
    else stderr.write(`${text}\n`);
    isLineOpen = stderr.isTTY === true;
  };
  const end = () => {
    if (isLineOpen) stderr.write('\n');
    isLineOpen = false;
  };
  return {
    step(next) {
      end();
      name = next;
      toldUpTo = 0;
      draw(name);
    },
    advance(fraction) {
      if (!stderr.isTTY && fraction < toldUpTo + plainEvery && fraction < 1) return;
      toldUpTo = fraction;
      const filled = Math.round(fraction * barWidth);
      const bar = stderr.isTTY ? ` [${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}]` : '';
      draw(`${name}${bar} ${Math.floor(fraction * 100)}%`);
    },
    end,
  };
}
