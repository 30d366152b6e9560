import { join } from 'node:path';
import { gemma3Vision } from './gguf/families/gemma.ts';
import { tiny } from './gguf/family.ts';
import { imageEncoder } from './gguf/image-encoder.ts';
import { writeGgufFile } from './gguf/write-gguf.ts';
import { writeFamily } from './make-model.ts';

/** The files of a model that sees. */
export interface VisionModel {
  readonly model: string;
  readonly mmproj: string;
}

/** Writes a tiny model that sees, with random weights: it tells images apart and understands none. */
export function writeVisionModel(directory: string): VisionModel {
  const files = { model: join(directory, 'vision.gguf'), mmproj: join(directory, 'vision-mmproj.gguf') };
  writeFamily(gemma3Vision(), 'gemma3 that sees', files.model);
  const { metadata, tensors } = imageEncoder(tiny.width);
  writeGgufFile(files.mmproj, metadata, tensors);
  return files;
}

if (import.meta.main) {
  const [directory] = process.argv.slice(2);
  if (directory === undefined) {
    console.error('Usage: node scripts/make-vision-model.ts <directory>');
    process.exitCode = 2;
  } else {
    const { model, mmproj } = writeVisionModel(directory);
    console.log(`${model}\n${mmproj}`);
  }
}
