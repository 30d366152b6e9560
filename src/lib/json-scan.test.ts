import { describe, expect, it } from 'vitest';
import { scanJson } from './json-scan.ts';

const bounds = { maxDepth: 4, maxValues: 10 };

describe('scanJson', () => {
  it.each([
    ['{"a":1,"b":{"a":1}}'],
    ['[{"a":1},{"a":1}]'],
    ['{"a":"\\"a\\":1,\\"a\\":","b":"{[{[{["}'],
    ['{"a":["a","a"]}'],
    ['{"a":"\\\\","b":1}'],
    ['{"unclosed'],
    ['}}}]]]'],
    [''],
  ])('has nothing against %s', (text) => {
    expect(scanJson(text, bounds)).toBeUndefined();
  });

  it.each([
    ['{"a":1,"a":2}', 'duplicate_key'],
    ['{"x":{"a":1,"\\u0061":2}}', 'duplicate_key'],
    ['{"a":{"b":1},"a":2}', 'duplicate_key'],
    ['[[[[[]]]]]', 'too_deep'],
    ['[1,1,1,1,1,1,1,1,1,1,1,1]', 'too_many_values'],
    ['[[],[],[],[],[],[]]', 'too_many_values'],
  ])('stops %s', (text, kind) => {
    expect(scanJson(text, bounds)?.kind).toBe(kind);
  });

  it('takes a deep bomb without recursion', () => {
    expect(scanJson('['.repeat(5_000_000), { maxDepth: 64, maxValues: 1e9 })?.kind).toBe('too_deep');
  });
});
