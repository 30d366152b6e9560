import { statSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';
import type { Finding, Patient } from './finding.ts';

/** Memory of the machine and of the container, against the size of the configured models. */
export function checkMemory({ config }: Patient): Finding[] {
  const limit = process.constrainedMemory();
  const isLimited = limit > 0 && limit < totalmem();
  const available = Math.min(freemem(), process.availableMemory());
  const needed = config.models.reduce((sum, { path }) => sum + sizeOf(path), 0);
  const found = [
    `${gibibytes(totalmem())} in the machine`,
    ...(isLimited ? [`${gibibytes(limit)} allowed by the control group`] : []),
    `${gibibytes(available)} available`,
    ...(needed > 0 ? [`the models' weights take ${gibibytes(needed)}`] : []),
  ].join(', ');
  if (needed < available) return [{ check: 'memory', status: 'ok', found }];
  return [{ check: 'memory', status: 'fail', found, advice: 'Use a smaller model or quantisation, or free memory.' }];
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function gibibytes(bytes: number): string {
  return bytes < 2 ** 30 ? `${Math.round(bytes / 2 ** 20)} MiB` : `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
