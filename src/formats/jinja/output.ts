import type { Meter } from './meter.ts';

/** Where statements write: the rendering itself, or what a macro or block captures. */
export interface Output {
  write(text: string): void;
  text(): string;
}

export function createOutput(meter: Meter): Output {
  let written = '';
  return {
    write(text) {
      // What is added counts as work; the whole only has to fit.
      meter.text(text.length);
      meter.fits(written.length + text.length);
      written += text;
    },
    text: () => written,
  };
}
