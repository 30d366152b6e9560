import { efforts, type Effort } from '../api/reasoning.ts';
import { invalidValue, type ManifoldError } from '../errors.ts';
import { gradeVariables, offGrades, switchNames } from './thinking-switches.ts';

/** What a request says about reasoning, as clients spell it. */
export interface ThinkingRequest {
  readonly reasoning_effort?: Effort | undefined;
  readonly chat_template_kwargs?: Readonly<Record<string, unknown>> | undefined;
  /** Tokens, and the field they come from. */
  readonly thinking_budget?: { readonly tokens: number; readonly param: string } | undefined;
}

/** What one field of a request wishes. */
export interface Wish {
  readonly param: string;
  /** Undefined: either is fine. */
  readonly isOn: boolean | undefined;
  readonly effort?: Effort;
}

/** Every field that says whether, or how much, the model is to reason. */
export function readWishes({ reasoning_effort: effort, chat_template_kwargs: given = {} }: ThinkingRequest): Wish[] {
  const wishes: Wish[] = effort === undefined ? [] : [wishOf('reasoning_effort', effort)];
  for (const [name, value] of Object.entries(given)) {
    const param = `chat_template_kwargs.${name}`;
    if (value === undefined || value === null) continue;
    const known = switchNames.get(name);
    if (known) wishes.push({ param, isOn: readSwitch(param, value, known) });
    else if (gradeVariables.includes(name)) wishes.push(readGrade(param, value));
  }
  return wishes;
}

function wishOf(param: string, effort: Effort): Wish {
  // `minimal` asks for less than a grade, but does not contradict a switch that is on.
  return { param, effort, isOn: effort === 'none' ? false : effort === 'minimal' ? undefined : true };
}

function readGrade(param: string, value: unknown): Wish {
  const effort = efforts.find((each) => each === value);
  if (effort) return wishOf(param, effort);
  if (offGrades.some((word) => word === value)) return { param, isOn: false };
  throw wrong(param, efforts.join('`, `'));
}

/** `adaptive` and the like leave it to the model. */
function readSwitch(param: string, value: unknown, { on, off }: { on: unknown; off: unknown }): boolean | undefined {
  if (value === on) return true;
  if (value === off) return false;
  if (typeof value === 'string' && typeof on === 'string') return undefined;
  throw wrong(param, typeof on === 'string' ? `${on}\`, \`${String(off)}` : 'true`, `false');
}

function wrong(param: string, values: string): ManifoldError {
  return invalidValue(param, `this is one of \`${values}\`.`);
}

/** Names that clients use for a budget among the template's variables. */
export const budgetNames: readonly string[] = ['thinking_budget', 'reasoning_budget'];

/** The budget, whichever field has it; undefined for none. */
export function readBudget({
  thinking_budget: budget,
  chat_template_kwargs: given = {},
}: ThinkingRequest): ThinkingRequest['thinking_budget'] {
  const all = budget === undefined ? [] : [budget];
  for (const name of budgetNames) {
    const tokens = Object.hasOwn(given, name) ? given[name] : undefined;
    const param = `chat_template_kwargs.${name}`;
    if (tokens === undefined || tokens === null) continue;
    if (typeof tokens !== 'number' || !Number.isSafeInteger(tokens) || tokens < -1) {
      throw invalidValue(param, 'this is a number of tokens, or -1 for no limit.');
    }
    if (tokens >= 0) all.push({ tokens, param });
  }
  const [first] = all;
  const other = all.find(({ tokens }) => tokens !== first?.tokens);
  if (first && other) throw contradiction(first.param, other.param);
  return first;
}

export function contradiction(one: string, other: string): ManifoldError {
  return invalidValue(one, `\`${other}\` says otherwise; leave one of them out.`);
}
