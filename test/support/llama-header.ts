import type { GgufHeader } from '../../src/engine-host/gguf-header.ts';

/** The header of a model of 32 layers whose cells take half a MiB, in a file of so many bytes. */
export function llamaHeader(fileBytes: number): GgufHeader {
  const metadata = new Map<string, number>([
    ['llama.context_length', 4096],
    ['llama.block_count', 32],
    ['llama.embedding_length', 4096],
    ['llama.attention.head_count', 32],
  ]);
  return { metadata, tensorCount: 1, fileBytes, architecture: 'llama' };
}
