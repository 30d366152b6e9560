import { create } from './element.ts';

export interface Reasoning {
  readonly block: HTMLElement;
  readonly text: HTMLElement;
}

/** What a model thought before it answered: folded away, for who wants to see it. */
export function createReasoning(): Reasoning {
  const block = create('details', 'reasoning');
  const text = create('div', 'reasoning-text');
  block.append(create('summary', 'reasoning-summary', 'Reasoning'), text);
  return { block, text };
}
