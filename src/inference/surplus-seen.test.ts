import { expect, it } from 'vitest';
import { engineRequest } from '../api/internal/engine-request.ts';
import { surplusSeen } from './surplus-seen.ts';

const facts = { contextLength: null, tokensPerImage: 4096 };
const chat = (fields: object = {}) =>
  engineRequest.parse({ model: 'm', messages: [{ role: 'user', content: 'hi' }], ...fields });
const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,aa' } };

it('is what a template wrote beyond what is reckoned with', () => {
  const seen = surplusSeen([chat()], facts, { promptTokens: 1425 });

  expect(seen).toBeGreaterThan(1000);
  expect(surplusSeen([chat()], { ...facts, templateSurplus: seen }, { promptTokens: 1425 })).toBe(seen);
  expect(surplusSeen([chat()], facts, { promptTokens: 20 })).toBe(0);
});

it('has a bound, whatever an engine tells', () => {
  expect(surplusSeen([chat()], facts, { promptTokens: 1e9 })).toBe(4096);
});

it.each([
  ['an estimate', [chat()], { promptTokens: 5000, isEstimated: true }],
  ['nothing that was counted', [chat()], {}],
  ['several prompts', [chat(), chat()], { promptTokens: 5000 }],
  ['several choices', [chat({ n: 2 })], { promptTokens: 5000 }],
  ['a plain prompt', [chat({ prompt: 'hi' })], { promptTokens: 5000 }],
  ['images', [chat({ messages: [{ role: 'user', content: [image] }] })], { promptTokens: 50_000 }],
])('is not learned from %s', (_, requests, measured) => {
  expect(surplusSeen(requests, facts, measured)).toBe(0);
});
