import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { familyNamed, writeFamily } from '../../scripts/make-model.ts';
import type { TensorType } from '../../scripts/gguf/tensor-types.ts';
import { u32 } from '../../scripts/gguf/metadata.ts';
import { totalNeed, type EngineTuning } from '../../src/api/internal/engine-host.ts';
import type { LocalEngine } from '../../src/engines/local-engine.ts';
import { answer, ask, startEngine } from '../support/engine.ts';
import { createTinyModels } from '../support/tiny-models.ts';

const models = createTinyModels();
afterAll(() => models.remove());
const directory = () => join(models.write('llama').path, '..');

/** Contexts large enough that keys, values and states count beside the process, and how long a prompt uses all of a step. */
const shapes: readonly (readonly [string, string, TensorType, Partial<Omit<EngineTuning, 'threads'>>, number])[] = [
  ['keys and values of a dense model', 'qwen3-30m', 'q8_0', { context: 2048, slots: 16 }, 700],
  [
    'a shared pool of quantized cells',
    'qwen3-30m',
    'f32',
    { context: 2048, slots: 8, cells: 32_768, kvType: 'q8_0' },
    700,
  ],
  ['weights that are in memory twice', 'qwen3-30m', 'q4_0', { context: 2048, slots: 4 }, 700],
  ['sliding windows', 'gemma3', 'f32', { context: 4096, slots: 64 }, 700],
  ['latent attention', 'deepseek2', 'f32', { context: 4096, slots: 128 }, 700],
  ['states beside attention', 'nemotron-h', 'f32', { context: 4096, slots: 128 }, 700],
  ['a long context without flash attention', 'qwen3-30m', 'q8_0', { context: 4096, slots: 4 }, 4000],
  ['states alone', 'mamba2', 'f32', { context: 2048, slots: 256 }, 700],
];

it.each(shapes)(
  'what is predicted for %s is what the host takes: %s %s',
  async (_what, name, type, tuning, promptTokens) => {
    const path = join(directory(), `${name}-${type}-long.gguf`);
    const family = familyNamed(name);
    writeFamily({ ...family, keys: { ...family.keys, context_length: u32(16_384) } }, name, path, type);
    const engine = (await startEngine(path, { threads: 1, ...tuning })) as LocalEngine;
    try {
      // Until everything that a full batch needs was used.
      const long = Array.from({ length: 5000 }, () => 'hello user and the model').join(' ');
      await answer(engine, ask(long, { max_tokens: 8, truncate_prompt_tokens: promptTokens }));
      // Its size is looked at now and then.
      await expect
        .poll(() => {
          const { need, residentBytes = 0 } = engine.facts();
          return (need ? totalNeed(need) : 0) / residentBytes;
        })
        .toSatisfy((ratio: number) => ratio > 0.9 && ratio < 1.1);
    } finally {
      await engine.close();
    }
  },
);
