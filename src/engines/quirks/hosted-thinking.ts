import type { Effort } from '../../api/reasoning.ts';

/** How an effort is said to a model. */
export interface WordedEffort {
  /** Variables of its template. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** Whether it can be told how much, and not only whether. */
  readonly isGraded: boolean;
}

interface Switch {
  readonly models: RegExp;
  readonly variable: string;
  readonly on: unknown;
  readonly off: unknown;
}

/** Families whose hosted models are switched by a variable of their template; others take the effort itself. */
const switches: readonly Switch[] = [
  { models: /deepseek-v4|\/kimi/i, variable: 'thinking', on: true, off: false },
  { models: /minimax-m3/i, variable: 'thinking_mode', on: 'enabled', off: 'disabled' },
  {
    models: /nemotron-3|gemma-4|\/glm-(?!5\.2)|qwen3\.5|deepseek-v3/i,
    variable: 'enable_thinking',
    on: true,
    off: false,
  },
];

/** What says an effort to a hosted model; undefined where `reasoning_effort` does. */
export function hostedEffort(model: string, effort: Effort): WordedEffort | undefined {
  const known = switches.find(({ models }) => models.test(model));
  if (known === undefined) return undefined;
  const isOff = effort === 'none' || effort === 'minimal';
  return { variables: { [known.variable]: isOff ? known.off : known.on }, isGraded: effort === 'none' };
}
