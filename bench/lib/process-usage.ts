import { readFileSync } from 'node:fs';

/** The kernel counts processor time in ticks of this length, whatever its timer does. */
const microsecondsPerTick = 10_000;

/** Processor time that a process has used since it started, in user and kernel mode, all threads. Linux only. */
export function cpuMicroseconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The program's name stands in parentheses and may hold spaces and parentheses of its own.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * microsecondsPerTick;
}

/** Memory of a process that is in RAM, in megabytes of a million bytes. Linux only. */
export function residentMegabytes(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return (Number(kibibytes) * 1024) / 1e6;
}
