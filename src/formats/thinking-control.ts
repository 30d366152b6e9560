import { efforts, type Effort } from '../api/reasoning.ts';
import type { ChatTemplate } from './chat-template.ts';
import type { OutputFormat } from './output-format.ts';
import type { PromptMessage } from './prompt-message.ts';
import {
  budgetVariable,
  gradeVariables,
  offGrades,
  protectedNames,
  spokenGrades,
  variableSwitches,
  wordSwitches,
  type VariableSwitch,
  type WordSwitch,
} from './thinking-switches.ts';

/** What a model can be told about its reasoning, as its template knows it. */
export interface ThinkingControl {
  /** Whether the model reasons at all. */
  readonly reasons: boolean;
  /** The variable that turns reasoning on and off. */
  readonly variable?: VariableSwitch | undefined;
  /** Words that do so in the instructions. */
  readonly words?: WordSwitch | undefined;
  readonly grades?: Grades | undefined;
  /** The variable that tells the model its budget. */
  readonly budgetVariable?: string | undefined;
  /** Variables that the template reads. */
  readonly names: ReadonlySet<string>;
}

export interface Grades {
  readonly variable: string;
  readonly known: readonly Effort[];
  /** The template's word for no reasoning, if it is told so by a grade. */
  readonly off?: string | undefined;
  /** Whether the template accepts other words, or none, which then mean a grade between the others. */
  readonly hasDefault: boolean;
}

const question: PromptMessage = { role: 'user', content: 'Hello' };
const strangeWord = 'needle-grade';

/** Finds out by rendering small prompts; what makes no difference there is no control. */
export function probeThinking(template: ChatTemplate, format: OutputFormat, source: string): ThinkingControl {
  const { reads } = template;
  const ask = (variables: Readonly<Record<string, unknown>>, words?: string): string | undefined => {
    const messages = words === undefined ? [question] : [{ role: 'system', content: words }, question];
    try {
      return template
        .render(messages, { variables })
        .map(({ text }) => text)
        .join('');
    } catch {
      return undefined;
    }
  };
  const differs = (one: string | undefined, other: string | undefined) =>
    one !== undefined && other !== undefined && one !== other;

  const names = new Set([...reads.names].filter((name) => !protectedNames.has(name)));
  const variable = variableSwitches.find(
    ({ variable: name, on, off }) => names.has(name) && differs(ask({ [name]: on }), ask({ [name]: off })),
  );
  const words = wordSwitches.find(
    ({ on, off, sign, isForModel }) =>
      source.includes(sign) &&
      (isForModel || differs(ask({}, `${on} needle`)?.replace(on, ''), ask({}, `${off} needle`)?.replace(off, ''))),
  );
  const grades = gradeVariables
    .filter((name) => names.has(name))
    .map((name) => probeGrades(name, reads.literals, (word) => ask({ [name]: word })))
    .find((found) => found !== undefined);
  return {
    reasons: canReason(format, source) || variable !== undefined || words !== undefined || grades !== undefined,
    variable,
    words: variable === undefined ? words : undefined,
    grades,
    budgetVariable: names.has(budgetVariable) ? budgetVariable : undefined,
    names,
  };
}

function probeGrades(
  variable: string,
  literals: ReadonlySet<string>,
  ask: (word: string) => string | undefined,
): Grades | undefined {
  const strange = ask(strangeWord);
  const off = offGrades.find((word) => literals.has(word) && ask(word) !== undefined && ask(word) !== strange);
  // One that hands any word on to the model leaves it to the model which ones it knows.
  const isSpoken = strange?.includes(strangeWord) ?? false;
  const isWritten = (effort: Effort) => effort !== off && literals.has(effort) && ask(effort) !== undefined;
  const known = efforts.filter((effort) => isWritten(effort) || (isSpoken && spokenGrades.includes(effort)));
  if (known.length === 0 && off === undefined) return undefined;
  return { variable, known, off, hasDefault: strange !== undefined && !isSpoken };
}

/** Whether a template knows of reasoning: a family's way to write it says nothing about each of its models. */
function canReason({ reasoning, messages }: OutputFormat, source: string): boolean {
  if (messages) return messages.reasoningChannel !== undefined || messages.reasoningRecipient !== undefined;
  return reasoning?.open.some((mark) => source.includes(mark)) ?? false;
}
