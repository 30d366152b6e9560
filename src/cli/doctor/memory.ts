import { statSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';
import { furtherParts } from '../../engine-host/whole-header.ts';
import type { Finding, Patient } from './finding.ts';

/** Memory of the machine and of the container, against what has to be in it at once of the configured models. */
export function checkMemory({ config }: Patient): Finding[] {
  const limit = process.constrainedMemory();
  const isLimited = limit > 0 && limit < totalmem();
  const available = Math.min(freemem(), process.availableMemory());
  const sizes = config.models.map(({ path, pinned = false }) => ({ bytes: sizeOf(path), pinned }));
  const all = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  const pinned = sizes.reduce((sum, each) => sum + (each.pinned ? each.bytes : 0), 0);
  const needed = pinned + Math.max(0, ...sizes.map((each) => (each.pinned ? 0 : each.bytes)));
  const found = [
    `${gibibytes(totalmem())} in the machine`,
    ...(isLimited ? [`${gibibytes(limit)} allowed by the control group`] : []),
    `${gibibytes(available)} available`,
    ...(all > 0 ? [`the models' weights take ${gibibytes(all)}`] : []),
  ].join(', ');
  if (all < available) return [{ check: 'memory', status: 'ok', found }];
  if (needed < available)
    return [{ check: 'memory', status: 'ok', found, advice: 'The models take turns: they do not fit together.' }];
  return [{ check: 'memory', status: 'fail', found, advice: 'Use a smaller model or quantisation, or free memory.' }];
}

/** Of all parts; one that is not there is reported by another check. */
function sizeOf(path: string): number {
  const sizes = [path, ...furtherParts(path)].map((part) => statSync(part, { throwIfNoEntry: false })?.size ?? 0);
  return sizes.reduce((sum, size) => sum + size, 0);
}

function gibibytes(bytes: number): string {
  return bytes < 2 ** 30 ? `${Math.round(bytes / 2 ** 20)} MiB` : `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
