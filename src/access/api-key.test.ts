import { expect, it } from 'vitest';
import { generateKey, isGeneratedKey } from './api-key.ts';

it('makes keys in the form of the contract, each different', () => {
  const keys = Array.from({ length: 100 }, generateKey);

  for (const key of keys) expect(key).toMatch(/^nvapi-[0-9A-Za-z]{49}$/);
  expect(new Set(keys).size).toBe(100);
  expect(keys.every(isGeneratedKey)).toBe(true);
});

it('recognises a key with one wrong character without looking it up', () => {
  const key = generateKey();

  for (let at = 'nvapi-'.length; at < key.length; at++) {
    const wrong = key.slice(0, at) + (key[at] === 'a' ? 'b' : 'a') + key.slice(at + 1);
    expect(isGeneratedKey(wrong)).toBe(false);
  }
});
