import { parseArgs } from 'node:util';
import { f32, text } from './gguf/metadata.ts';
import { fillTensor, type TensorPlan } from './gguf/tensor-plan.ts';
import { writeGgufFile } from './gguf/write-gguf.ts';
import { familyNamed } from './make-model.ts';

/** The matrices that adapters are usually trained for. */
const adapted = /\.(attn_q|attn_v|attn_output|ffn_down)\.weight$/;
const rank = 4;

/**
 * Writes a LoRA adapter for a model of a family, with random values that are the same every time for the same `seed`.
 * It changes every answer of the model, and means nothing.
 */
export function writeAdapter(family: string, path: string, seed = 'adapter'): void {
  const { architecture, tensors } = familyNamed(family);
  const pairs = tensors.filter(({ name, shape }) => adapted.test(name) && shape.length === 2).flatMap(pairFor);
  const named = pairs.map((plan) => ({
    ...fillTensor({ ...plan, name: `${seed}/${plan.name}` }, 'f32'),
    name: plan.name,
  }));
  writeGgufFile(
    path,
    {
      'general.type': text('adapter'),
      'general.architecture': text(architecture),
      'general.name': text(`Random adapter for ${family}`),
      'adapter.type': text('lora'),
      'adapter.lora.alpha': f32(rank * 4),
    },
    named,
  );
}

/** What is added to a matrix is `b` times `a`: down to `rank` values and up again. */
function pairFor({ name, shape: [inner = 1, outer = 1] }: TensorPlan): TensorPlan[] {
  return [
    { name: `${name}.lora_a`, shape: [inner, rank], fill: 'matrix' },
    { name: `${name}.lora_b`, shape: [rank, outer], fill: 'matrix' },
  ];
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { seed: { type: 'string' } } });
  const [family, path] = positionals;
  if (family === undefined || path === undefined) {
    console.error('Usage: node scripts/make-adapter.ts <family> <out.gguf> [--seed <text>]');
    process.exitCode = 2;
  } else writeAdapter(family, path, values.seed);
}
