import { expect, it } from 'vitest';
import { possibleAttention } from './choose-attention.ts';
import type { GgufHeader, GgufValue } from './gguf-header.ts';

const header = (more: Record<string, GgufValue> = {}): GgufHeader => ({
  metadata: new Map(Object.entries(more)),
  tensorCount: 1,
  fileBytes: 1000,
  architecture: 'llama',
});
const tuning = { flashAttention: 'auto', kvType: 'f16' } as const;
const long = { contextLength: 4096, cells: 4096, sharesCells: false, onProcessor: true };
const waysOf = (...[of, by, shape]: Parameters<typeof possibleAttention>) =>
  possibleAttention(of, by, shape).map(({ flashAttention }) => flashAttention);

it('a long context on a processor does without flash attention, if memory allows', () => {
  expect(waysOf(header(), tuning, long)).toEqual(['off', 'auto']);
});

it('a batch is smaller without, since each of its tokens takes memory for each cell', () => {
  const [without, by] = possibleAttention(header(), tuning, long);
  expect(without.batchTokens).toBeLessThan(by?.batchTokens ?? 0);
  expect(by?.reason).toMatch('memory is too short');
});

it('a batch has no more tokens than there are cells', () => {
  const short = { ...long, contextLength: 64, cells: 256 };

  expect(possibleAttention(header(), tuning, short)).toMatchObject([{ batchTokens: 256 }]);
});

it.each([
  ['in short contexts', header(), tuning, { ...long, contextLength: 4095 }],
  ['on a GPU', header(), tuning, { ...long, onProcessor: false }],
  ['where sequences share cells, most of which it skips', header(), tuning, { ...long, sharesCells: true }],
  ['for cells that need it', header(), { ...tuning, kvType: 'q8_0' }, long],
  ['with sliding windows', header({ 'llama.attention.sliding_window': 512 }), tuning, long],
  ['with latent attention', header({ 'llama.attention.key_length_mla': 192 }), tuning, long],
] as const)('%s it is left to the library, and that is said', (_case, of, by, shape) => {
  expect(possibleAttention(of, by, shape)).toMatchObject([{ flashAttention: 'auto', reason: 'the library decides' }]);
});

it.each(['on', 'off'] as const)('%s in the configuration is what is done', (flashAttention) => {
  expect(possibleAttention(header(), { ...tuning, flashAttention }, long)).toMatchObject([
    { flashAttention, reason: 'as configured' },
  ]);
});
