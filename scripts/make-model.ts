import { parseArgs } from 'node:util';
import { bert, nomicBert } from './gguf/families/bert.ts';
import { deepseek2 } from './gguf/families/deepseek.ts';
import { gemma2, gemma3 } from './gguf/families/gemma.ts';
import { gptOss } from './gguf/families/gpt-oss.ts';
import { granite, graniteHybrid } from './gguf/families/granite.ts';
import { llama, mistral, mixtral } from './gguf/families/llama.ts';
import { mamba2 } from './gguf/families/mamba.ts';
import { nemotron, nemotronHybrid, nemotronHybridMoe } from './gguf/families/nemotron.ts';
import { phi3, phi4 } from './gguf/families/phi.ts';
import { qwen2, qwen3, qwen3At30Million, qwen3At600Million, qwen3Embedding, qwen3moe } from './gguf/families/qwen.ts';
import type { Family } from './gguf/family.ts';
import { text, u32 } from './gguf/metadata.ts';
import { fillTensor } from './gguf/tensor-plan.ts';
import { tensorTypes, type TensorType } from './gguf/tensor-types.ts';
import { writeGgufFile, type Metadata } from './gguf/write-gguf.ts';

/** Families of models as one finds them in files, each in its smallest form: under 2 MB, with random weights. */
export const tinyFamilies = {
  llama,
  mistral,
  mixtral,
  qwen2,
  qwen3,
  qwen3moe,
  gemma2,
  gemma3,
  phi3,
  phi4,
  granite,
  'granite-hybrid': graniteHybrid,
  nemotron,
  'nemotron-h': nemotronHybrid,
  'nemotron-h-moe': nemotronHybridMoe,
  deepseek2,
  'gpt-oss': gptOss,
  mamba2,
} as const satisfies Record<string, () => Family>;

/** Families that turn texts into vectors, as small. */
export const tinyEmbeddingFamilies = {
  bert,
  'nomic-bert': nomicBert,
  'qwen3-embedding': qwen3Embedding,
} as const satisfies Record<string, () => Family>;

/** Models of real sizes, for measurements. */
const benchFamilies = { 'qwen3-30m': qwen3At30Million, 'qwen3-0.6b': qwen3At600Million } as const satisfies Record<
  string,
  () => Family
>;

const families: Readonly<Record<string, () => Family>> = {
  ...tinyFamilies,
  ...tinyEmbeddingFamilies,
  ...benchFamilies,
};

/**
 * Writes a model file of a family with random weights that are the same every time. The model answers nonsense,
 * but through every part that a trained one of its family would use: tokenizer, chat template, layers.
 */
export function writeModel(name: string, path: string, type: TensorType = 'f32'): { endToken: number } {
  return writeFamily(familyNamed(name), name, path, type);
}

export function familyNamed(name: string): Family {
  const make = families[name];
  if (make === undefined) throw new Error(`There is no family ${name}; choose one of ${familyNames().join(', ')}.`);
  return make();
}

/** The same of a family that is no name's, as one with another chat template. */
export function writeFamily(
  family: Family,
  name: string,
  path: string,
  type: TensorType = 'f32',
): { endToken: number } {
  writeGgufFile(
    path,
    metadata(family, name),
    family.tensors.map((plan) => fillTensor(plan, type)),
  );
  return { endToken: family.vocabulary.idOf(family.endToken) };
}

function metadata({ architecture, keys, vocabulary, chatTemplate }: Family, name: string): Metadata {
  return {
    'general.architecture': text(architecture),
    'general.name': text(`Random ${name}`),
    'general.quantization_version': u32(2),
    ...Object.fromEntries(Object.entries(keys).map(([key, value]) => [`${architecture}.${key}`, value])),
    ...vocabulary.metadata,
    ...(chatTemplate === undefined ? {} : { 'tokenizer.chat_template': text(chatTemplate) }),
  };
}

function familyNames(): string[] {
  return Object.keys(families);
}

function isTensorType(value: string): value is TensorType {
  return Object.hasOwn(tensorTypes, value);
}

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { list: { type: 'boolean', default: false }, type: { type: 'string', default: 'f32' } },
  });
  const [name, path] = positionals;
  if (values.list) {
    console.log(familyNames().join('\n'));
  } else if (name === undefined || path === undefined || !isTensorType(values.type)) {
    console.error(
      `Usage: node scripts/make-model.ts <family> <out.gguf> [--type ${Object.keys(tensorTypes).join('|')}]\n` +
        '       node scripts/make-model.ts --list',
    );
    process.exitCode = 2;
  } else {
    writeModel(name, path, values.type);
  }
}

if (import.meta.main) main();
