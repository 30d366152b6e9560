import { describe, expect, it } from 'vitest';
import { chooseFiles, modelsAmong } from './choose-files.ts';
import { quantizationOf } from './quantization.ts';

const files = (...paths: string[]) => paths.map((path) => ({ path }));
const choose = (paths: string[], wanted: Parameters<typeof chooseFiles>[1] = {}) =>
  chooseFiles(files(...paths), wanted, 'org/name').files.map(({ path }) => path);

describe('the quantisation', () => {
  it.each([
    ['Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf', 'Q4_K_M'],
    ['qwen2.5-0.5b-instruct-q4_k_m.gguf', 'Q4_K_M'],
    ['phi-2.Q4_0.gguf', 'Q4_0'],
    ['gpt-oss-20b-mxfp4.gguf', 'MXFP4'],
    ['Qwen3-30B-A3B-UD-IQ1_M.gguf', 'UD-IQ1_M'],
    ['Phi-3-mini-4k-instruct-fp16.gguf', 'F16'],
    ['x-BF16-00001-of-00002.gguf', 'BF16'],
    ['Q8_0/model-00001-of-00003.gguf', 'Q8_0'],
    ['q4_0-based-Q8_0.gguf', 'Q8_0'],
    ['gemma-3-4b-it-qat-q4_0_4_8.gguf', 'Q4_0_4_8'],
    ['seq2seq-q.gguf', undefined],
    ['ggml-model.gguf', undefined],
  ])('of %s is %s', (path, expected) => {
    expect(quantizationOf(path)).toBe(expected);
  });
});

describe('of a repository', () => {
  it('without a wish comes the most usual quantisation there is', () => {
    expect(choose(['a-Q8_0.gguf', 'a-Q4_K_M.gguf', 'a-F16.gguf', 'README.md'])).toEqual(['a-Q4_K_M.gguf']);
    expect(choose(['a-F16.gguf', 'a-Q8_0.gguf', 'a-Q2_K.gguf'])).toEqual(['a-Q8_0.gguf']);
    expect(choose(['only.gguf'])).toEqual(['only.gguf']);
  });

  it('comes the one that is asked for, however it is written', () => {
    const paths = ['a-Q8_0.gguf', 'a-Q4_K_M.gguf', 'a-UD-Q4_K_XL.gguf', 'a-UD-Q8_0.gguf', 'a-fp16.gguf'];

    expect(choose(paths, { quantization: 'q8_0' })).toEqual(['a-Q8_0.gguf']);
    expect(choose(paths, { quantization: 'Q4_K_XL' })).toEqual(['a-UD-Q4_K_XL.gguf']);
    expect(choose(paths, { quantization: 'UD-Q8_0' })).toEqual(['a-UD-Q8_0.gguf']);
    expect(choose(paths, { quantization: 'F16' })).toEqual(['a-fp16.gguf']);
  });

  it('come all parts of a split file in order, and none of one that lacks a part', () => {
    const parts = ['s/b-Q8_0-00002-of-00003.gguf', 's/b-Q8_0-00003-of-00003.gguf', 's/b-Q8_0-00001-of-00003.gguf'];

    expect(choose([...parts, 'a-Q2_K.gguf'], { quantization: 'Q8_0' })).toEqual(parts.toSorted());
    expect(choose(parts, { file: parts[1] })).toEqual(parts.toSorted());
    expect(modelsAmong(files(...parts.slice(0, 2)))).toEqual([]);
  });

  it('comes nothing that belongs to a model and is none, unless it is named', () => {
    const paths = ['mmproj-F16.gguf', 'a-imatrix.gguf', 'a-lora-F16.gguf', 'a-F16.gguf'];

    expect(choose(paths)).toEqual(['a-F16.gguf']);
    expect(choose(paths, { file: 'mmproj-F16.gguf' })).toEqual(['mmproj-F16.gguf']);
  });

  it('without what is asked for, the error says what there is', () => {
    expect(() => choose(['a-Q8_0.gguf', 'a-Q4_K_M.gguf'], { quantization: 'Q6_K' })).toThrow(
      /^org\/name has no GGUF file of Q6_K\. There are: Q8_0, Q4_K_M\.$/,
    );
    expect(() => choose(['model.safetensors'])).toThrow('It has no whole model as GGUF.');
    expect(() => choose(['a-Q8_0.gguf'], { file: 'b.gguf' })).toThrow(
      expect.objectContaining({ code: 'weights_not_found' }),
    );
  });

  it('with several that fit, the error names them and how to choose', () => {
    expect(() => choose(['small-Q4_K_M.gguf', 'large-Q4_K_M.gguf'])).toThrow(
      'org/name has several models that fit: small-Q4_K_M.gguf, large-Q4_K_M.gguf. Name the file in place of the quantisation: `:small-Q4_K_M.gguf`.',
    );
  });
});
