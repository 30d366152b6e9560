import { setFlagsFromString } from 'node:v8';

/**
 * Keeps V8's room for young objects as small as it is, while what is allocated stays for good, as modules do. V8 doubles
 * that room each time much of it survives and seldom gives it back: a server that has only started would hold twenty
 * megabytes that nothing is in.
 */
export function keepYoungGenerationSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** From now on it grows with the load, as it does by default. */
export function letYoungGenerationGrow(): void {
  setFlagsFromString('--semi-space-growth-factor=2');
}
