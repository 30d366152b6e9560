import type { PullEvent } from '../../catalog/weights/fetch-plan.ts';
import { createSystemClock, type Clock } from '../../lib/clock.ts';
import { formatBytes } from '../../lib/format-bytes.ts';
import { redraw, type Terminal } from '../terminal.ts';

/** Tells a person how far a pull is: one line that changes on a terminal, a line now and then elsewhere. */
export interface PullProgress {
  readonly show: (event: PullEvent) => void;
  /** Closes the line that is open. */
  end(): void;
}

const barWidth = 24;
const terminalEveryMs = 100;
/** A log wants a line now and then. */
const logEveryMs = 5_000;
/** Time over which the speed is an average. */
const speedOverMs = 5_000;

export function createPullProgress(stderr: Terminal['stderr'], clock: Clock = createSystemClock()): PullProgress {
  const isTerminal = stderr.isTTY === true;
  const everyMs = isTerminal ? terminalEveryMs : logEveryMs;
  const measured: { at: number; bytes: number }[] = [];
  let shownAt = isTerminal ? -Infinity : clock.now();
  let isLineOpen = false;
  const end = () => {
    if (isLineOpen) stderr.write('\n');
    isLineOpen = false;
  };
  const tell = (line: string) => {
    end();
    stderr.write(`${line}\n`);
  };
  const advance = (bytes: number, totalBytes: number | undefined) => {
    const at = clock.now();
    const isDone = bytes === totalBytes;
    if (at - shownAt < everyMs && !isDone) return;
    shownAt = at;
    measured.push({ at, bytes });
    while (measured.length > 2 && at - (measured[0]?.at ?? at) > speedOverMs) measured.shift();
    const line = lineOf(bytes, totalBytes, speedOf(measured), isTerminal);
    if (isTerminal) redraw(stderr, line);
    else stderr.write(`${line}\n`);
    isLineOpen = isTerminal;
  };
  return {
    show(event) {
      switch (event.kind) {
        case 'progress':
          return advance(event.bytes, event.totalBytes);
        case 'waiting':
          return tell(
            `Another pull${event.pid === undefined ? '' : ` (process ${event.pid})`} brings ${event.file}; waiting for it.`,
          );
        case 'checking':
          return tell(`Reading the ${formatBytes(event.bytes)} of ${event.file} that are here, to go on after them.`);
        case 'retrying':
          return tell(`${event.reason} Trying again in ${event.seconds} s.`);
        case 'restarting':
          return tell(`Beginning ${event.file} anew: ${event.reason}.`);
        default:
          event satisfies never;
      }
    },
    end,
  };
}

/** Bytes a second; undefined while too little was seen to say. */
function speedOf(measured: readonly { readonly at: number; readonly bytes: number }[]): number | undefined {
  const [first, last] = [measured[0], measured.at(-1)];
  if (first === undefined || last === undefined || last.at - first.at < 500) return undefined;
  return Math.max(0, ((last.bytes - first.bytes) / (last.at - first.at)) * 1000);
}

function lineOf(bytes: number, total: number | undefined, speed: number | undefined, hasBar: boolean): string {
  const pace = speed === undefined ? '' : `  ${formatBytes(speed)}/s`;
  if (total === undefined) return `${formatBytes(bytes)}${pace}`;
  const share = total === 0 ? 1 : Math.min(1, bytes / total);
  const filled = Math.floor(share * barWidth);
  const bar = hasBar ? `[${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}] ` : '';
  const left =
    speed === undefined || speed === 0 || bytes >= total ? '' : `  ${duration((total - bytes) / speed)} left`;
  return `${bar}${Math.floor(share * 100)}%  ${formatBytes(bytes)} of ${formatBytes(total)}${pace}${left}`;
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.ceil(whole / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
