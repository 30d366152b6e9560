import { describe, expect, it } from 'vitest';
import { formatHubReference, parseHubReference, parseReference } from './reference.ts';

describe('a reference', () => {
  it.each([
    ['hf:org/name', { repository: 'org/name' }],
    ['hf:org/name:Q4_K_M', { repository: 'org/name', quantization: 'Q4_K_M' }],
    ['hf:org/name:UD-Q4_K_XL@v1.0', { repository: 'org/name', quantization: 'UD-Q4_K_XL', revision: 'v1.0' }],
    ['hf:org/name@refs/pr/3', { repository: 'org/name', revision: 'refs/pr/3' }],
    ['hf:org/name:sub/file-Q8_0.gguf', { repository: 'org/name', file: 'sub/file-Q8_0.gguf' }],
  ])('%s names files of a repository', (text, expected) => {
    const reference = parseHubReference(text);

    expect(reference).toEqual({
      kind: 'hub',
      quantization: undefined,
      file: undefined,
      revision: undefined,
      ...expected,
    });
    expect(formatHubReference(reference)).toBe(text);
  });

  it('to a page of the hub is one to its repository', () => {
    expect(parseReference('https://huggingface.co/org/name/blob/main/sub/some-Q4_0.gguf?download=true')).toMatchObject({
      kind: 'hub',
      repository: 'org/name',
      file: 'sub/some-Q4_0.gguf',
      revision: undefined,
    });
  });

  it.each([
    ['https://example.org/a/some.gguf?signature=x', 'url'],
    ['./some.gguf', 'path'],
    ['/models/some', 'path'],
    ['~/some.gguf', 'path'],
    ['some.gguf', 'path'],
    ['meta/llama-3.1-8b-instruct', 'card'],
    ['meta/llama-3.1-8b-instruct:Q8_0', 'card'],
    ['qwen3:0.6b', 'card'],
    ['qwen3:0.6b:Q8_0', 'card'],
  ])('%s is a %s', (text, kind) => {
    expect(parseReference(text).kind).toBe(kind);
  });

  it.each([
    '',
    'hf:',
    'hf:name',
    'hf:a/b/c',
    'hf:../../etc',
    'hf:org/..',
    'hf:org/na--me',
    'hf:org/name:',
    'hf:org/name:../../../x.gguf',
    'hf:org/name:Q4 K',
    'hf:org/name@../../x',
    'hf:org/name@a\nb',
    'hf:org/name:/etc/x.gguf',
    'hf:org/name:a\\..\\x.gguf',
    'https://example.org/',
    'https://example.org/file.safetensors',
    'https://example.org/..%2f..%2fx.gguf',
    'https://example.org/%2e%2e/%00.gguf',
    'https://',
    'two words',
  ])('%j is refused, with what could be written', (text) => {
    expect(() => parseReference(text)).toThrow(expect.objectContaining({ code: 'invalid_value', param: 'model' }));
  });
});
