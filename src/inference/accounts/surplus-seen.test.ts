import { expect, it } from 'vitest';
import { engineRequest } from '../../api/internal/engine-request.ts';
import { surplusSeen } from './surplus-seen.ts';

const reserved = { inputTokens: 300, templateSurplus: 0 };
const chat = (fields: object = {}) =>
  engineRequest.parse({ model: 'm', messages: [{ role: 'user', content: 'hi' }], ...fields });
const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,aa' } };

it('is what a template wrote beyond what was reserved, and what was known of it', () => {
  expect(surplusSeen([chat()], reserved, { promptTokens: 1400 })).toBe(1100);
  expect(surplusSeen([chat()], { inputTokens: 1300, templateSurplus: 1000 }, { promptTokens: 1400 })).toBe(1100);
});

it.each([20, 300])('is not seen in a prompt of %i tokens, for which enough was reserved', (promptTokens) => {
  expect(surplusSeen([chat()], reserved, { promptTokens })).toBe(0);
});

it('has a bound, whatever an engine tells', () => {
  expect(surplusSeen([chat()], reserved, { promptTokens: 1e9 })).toBe(4096);
});

it.each([
  ['an estimate', [chat()], { promptTokens: 5000, isEstimated: true }],
  ['nothing that was counted', [chat()], {}],
  ['several prompts', [chat(), chat()], { promptTokens: 5000 }],
  ['several choices', [chat({ n: 2 })], { promptTokens: 5000 }],
  ['a plain prompt', [chat({ prompt: 'hi' })], { promptTokens: 5000 }],
  ['images', [chat({ messages: [{ role: 'user', content: [image] }] })], { promptTokens: 50_000 }],
])('is not learned from %s', (_, requests, measured) => {
  expect(surplusSeen(requests, reserved, measured)).toBe(0);
});
