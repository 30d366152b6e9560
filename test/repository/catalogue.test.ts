import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { modelCard } from '../../src/catalog/card.ts';
import { readBundledCards } from '../../src/catalog/bundled-cards.ts';
import { createCards, namesOf } from '../../src/catalog/cards.ts';
import { findContradictions } from '../../src/catalog/contradictions.ts';
import { readCards } from '../../src/catalog/read-cards.ts';
import { createVerifier } from '../../scripts/verified-parts.ts';
import { workOf } from '../formats/work-of.ts';

const root = join(import.meta.dirname, '..', '..');
const { cards: read, problems } = await readCards(join(root, 'models'));
const all = read.map(({ card }) => card);

describe('the catalogue', () => {
  it('has cards that can be used and do not contradict each other', () => {
    expect(problems).toEqual([]);
    expect(findContradictions(read)).toEqual([]);
  });

  it('has 150 models or more, 100 of them or more with open weights', () => {
    expect(all.length).toBeGreaterThanOrEqual(150);
    expect(all.filter(({ weights }) => weights !== undefined).length).toBeGreaterThanOrEqual(100);
  });

  it('has all families of the contract', () => {
    const families = new Set(all.map(({ family }) => family));

    expect(
      ['llama', 'mistral', 'mixtral', 'nemotron', 'deepseek', 'qwen', 'phi', 'gemma', 'granite'].filter(
        (family) => !families.has(family),
      ),
    ).toEqual([]);
  });

  it('has models of no more than two billion parameters that a laptop can get', () => {
    const small = all.filter(({ gguf, parameters }) => gguf !== undefined && (parameters?.total ?? Infinity) <= 2e9);

    expect(small.length).toBeGreaterThanOrEqual(10);
  });

  it('is what the server reads, card for card', () => {
    expect(readBundledCards(join(root, 'models', 'cards.jsonl'))).toEqual(all);
  });

  it('is read by looking at each of its characters hardly more than twice: for its lines, and for what they say', () => {
    const file = join(root, 'models', 'cards.jsonl');
    const { length } = readFileSync(file, 'utf8');

    expect(workOf(() => createCards(() => readBundledCards(file)).find('x'))).toBeLessThan(2.5 * length);
  });

  it('says where its facts are from: every fact that may have a source of its own has one', () => {
    for (const { id, sources, gguf, weights, parameters } of all) {
      const bare = [
        gguf !== undefined && sources.gguf === undefined,
        weights !== undefined && sources.weights === undefined && sources.general === undefined,
        parameters !== undefined && sources.parameters === undefined,
      ];
      expect([id, bare.includes(true)]).toEqual([id, false]);
    }
  });

  it('names sizes that ids speak of', () => {
    for (const { id, parameters, sources } of all) {
      if (!sources.parameters?.includes('id') || parameters?.total === undefined) continue;
      const millions = Math.round(parameters.total / 1e6);
      const spoken = [...id.matchAll(/(\d+(?:\.\d+)?)(b|m)(?![a-z\d])/gi)].map(([, number, unit]) =>
        Math.round(Number(number) * (unit?.toLowerCase() === 'b' ? 1000 : 1)),
      );
      const experts = /(\d+)x(\d+)b/.test(id);
      expect([id, experts || spoken.some((each) => each === millions)]).toEqual([id, true]);
    }
  });
});

describe('the documentation of cards', () => {
  it('lists every field, and no other', () => {
    const rows = readFileSync(join(root, 'models', 'README.md'), 'utf8').matchAll(/^\| `(\w+)`/gm);

    expect([...rows].map(([, field]) => field)).toEqual(Object.keys(modelCard.shape));
  });

  it('shows a card that can be used', () => {
    const [, text = ''] =
      /```json\n(\{\n {2}"id": "house[^]+?)```/.exec(readFileSync(join(root, 'docs', 'guide.md'), 'utf8')) ?? [];

    expect(modelCard.parse(JSON.parse(text))).toMatchObject({ id: 'house/assistant' });
  });
});

describe('each card', () => {
  const cards = createCards(() => all);

  it.each(all.map((card) => [card.id, card] as const))('of %s is found by each of its names', (_, card) => {
    for (const name of namesOf(card)) {
      expect(cards.find(name)).toBe(card);
      expect(cards.find(name.toUpperCase())).toBe(card);
    }
  });

  it('claims no more than was verified: of an unknown architecture and format, nothing', () => {
    const verify = createVerifier();
    const card = all[0];
    if (card === undefined) throw new Error('There are no cards.');

    expect(verify({ ...card, architecture: 'llama', answerFormat: 'llama-3' })).toEqual({
      architecture: true,
      template: true,
    });
    expect(verify({ ...card, architecture: 'llama4', answerFormat: 'none' })).toEqual({
      architecture: false,
      template: false,
    });
    expect(verify({ ...card, architecture: undefined, answerFormat: undefined })).toEqual({
      architecture: false,
      template: false,
    });
  });
});
