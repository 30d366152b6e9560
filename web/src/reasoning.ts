import { create } from './element.ts';

export interface Reasoning {
  readonly block: HTMLElement;
  append(piece: string): void;
}

/** What a model thought before it answered: folded away, for who wants to see it. */
export function createReasoning(): Reasoning {
  const block = create('details', 'reasoning');
  const text = create('div', 'reasoning-text');
  block.append(create('summary', 'reasoning-summary', 'Reasoning'), text);
  return { block, append: (piece) => text.append(piece) };
}
