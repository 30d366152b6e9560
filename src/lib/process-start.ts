import { readFileSync } from 'node:fs';

/** When a process started, in clock ticks since boot: with the pid it names one process for ever. Undefined off Linux. */
export function processStart(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program's name stands in parentheses and may hold spaces and parentheses of its own.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(fields[19]);
  } catch {
    return undefined;
  }
}

/** Whether a process still runs that was noted so, and not a later one that got its number. */
export function isAlive(noted: { readonly pid: number; readonly processStart?: number | undefined }): boolean {
  if (!isRunning(noted.pid)) return false;
  const start = processStart(noted.pid);
  return start === undefined || noted.processStart === undefined || start === noted.processStart;
}

/** Whether a process with this pid runs, whoever owns it. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (failure) {
    return (failure as NodeJS.ErrnoException).code === 'EPERM';
  }
}
