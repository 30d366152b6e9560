import { readFileSync } from 'node:fs';

/** What Linux says the processor can do, by the kernel's names; nothing elsewhere. */
export function processorFeatures(): ReadonlySet<string> {
  try {
    const [, flags] = /^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8')) ?? [];
    return new Set(flags?.trim().split(' '));
  } catch {
    return new Set();
  }
}
