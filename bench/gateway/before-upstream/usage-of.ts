import { processTree } from '../../lib/process-tree.ts';
import { cpuMicroseconds, residentMegabytes } from '../../lib/process-usage.ts';

/** Processor microseconds that a process and its children have used. */
export function cpuOf(pid: number): number {
  return sum(processTree(pid).map(cpuMicroseconds));
}

/** Megabytes of a process and its children in RAM; pages that they share count for each. */
export function memoryOf(pid: number): number {
  return sum(processTree(pid).map(residentMegabytes));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
