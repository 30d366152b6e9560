import { expect, it } from 'vitest';
import { memoryKindOf } from './memory-kind.ts';

it.each([
  ['positions', { isRecurrent: false, isHybrid: false, slidingWindow: 0 }],
  ['window', { isRecurrent: false, isHybrid: false, slidingWindow: 4096 }],
  ['state', { isRecurrent: true, isHybrid: false, slidingWindow: 0 }],
  ['state', { isRecurrent: false, isHybrid: true, slidingWindow: 0 }],
  ['state', { isRecurrent: false, isHybrid: true, slidingWindow: 4096 }],
] as const)('is %s for %o', (kind, model) => {
  expect(memoryKindOf(model)).toBe(kind);
});
