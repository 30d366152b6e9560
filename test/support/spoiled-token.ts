import { readFileSync, writeFileSync } from 'node:fs';
import { familyNamed } from '../../scripts/make-model.ts';
import { fillTensor } from '../../scripts/gguf/tensor-plan.ts';

/**
 * Damages one token in the file of a family's tiny model: reading it makes values that are no numbers. A sound file may hold
 * such a token as well, where what a layer makes of it is more than a half float can hold.
 */
export function spoilToken(path: string, family: string, token: number): void {
  const plan = familyNamed(family).tensors.find(({ name }) => name === 'token_embd.weight');
  if (plan === undefined) throw new Error(`${family} has no embedding.`);
  const [width = 0] = plan.shape;
  const pieces = Array.from(fillTensor(plan, 'f32').data as Iterable<Float32Array>, ({ buffer }) =>
    Buffer.from(buffer),
  );
  const bytes = readFileSync(path);
  const start = bytes.indexOf(Buffer.concat(pieces));
  if (start < 0) throw new Error('The file holds other weights.');
  for (let at = 0; at < width; at++) bytes.writeFloatLE(NaN, start + (token * width + at) * 4);
  writeFileSync(path, bytes);
}
