import { readdirSync, readFileSync } from 'node:fs';

/** A process and all that it started, as far as they still have their parent. Linux only. */
export function processTree(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry)))
    parents.set(Number(name), parentOf(name));
  const tree = [pid];
  for (const parent of tree) {
    for (const [child, itsParent] of parents) if (itsParent === parent) tree.push(child);
  }
  return tree;
}

function parentOf(pid: string): number {
  try {
    return Number(/\nPPid:\t(\d+)\n/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    // It ended while the list was read.
    return 0;
  }
}
