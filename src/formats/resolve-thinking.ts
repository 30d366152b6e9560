import { efforts, type Effort } from '../api/reasoning.ts';
import { invalidValue } from '../errors.ts';
import { contentText, type PromptMessage } from './prompt-message.ts';
import type { Grades, ThinkingControl } from './thinking-control.ts';
import {
  budgetNames,
  contradiction,
  readBudget,
  readWishes,
  type ThinkingRequest,
  type Wish,
} from './thinking-wishes.ts';
import { gradeVariables, protectedNames, switchNames } from './thinking-switches.ts';

/** The same as the model's template is told it, and what is left for the engine to do. */
export interface ResolvedThinking {
  readonly variables: Readonly<Record<string, unknown>>;
  /** Words for the instructions. */
  readonly words?: string | undefined;
  /** Tokens after which reasoning is ended. */
  readonly budget?: number | undefined;
  /** Fields that are honoured in another way than asked. */
  readonly emulated: readonly string[];
}

/**
 * One meaning for all families: whatever switch a client knows, the template is told by the one it has.
 *
 * @throws ManifoldError 400 naming the field where two contradict each other, where the model cannot do what is asked,
 * and where the template does not read a variable.
 */
export function resolveThinking(control: ThinkingControl, request: ThinkingRequest): ResolvedThinking {
  const given = Object.entries(request.chat_template_kwargs ?? {});
  const budget = readBudget(request);
  const wishes = readWishes(request);
  const asked = agreed(wishes);
  const own = ownVariables(control, given);
  if (!control.reasons) {
    refuseReasoning(asked?.isOn === true ? asked.wish : undefined, budget);
    return { variables: own, budget: budget?.tokens, emulated: [] };
  }
  const told = asked === undefined ? {} : asked.isOn ? turnOn(control, asked.wish) : turnOff(control, asked.wish);
  const limit = Math.min(told.budget ?? Infinity, budget?.tokens ?? Infinity);
  const spoken =
    control.budgetVariable !== undefined && budget !== undefined && asked?.isOn !== false
      ? { [control.budgetVariable]: budget.tokens }
      : {};
  return {
    variables: { ...own, ...told.variables, ...spoken },
    words: told.words,
    budget: limit === Infinity ? undefined : limit,
    emulated: told.emulated ?? [],
  };
}

/** The conversation with words for the template or the model in its instructions. */
export function withInstruction<Message extends PromptMessage>(
  messages: readonly Message[],
  words: string | undefined,
): readonly (Message | PromptMessage)[] {
  if (words === undefined) return messages;
  const [first, ...others] = messages;
  if (first?.role !== 'system' && first?.role !== 'developer') return [{ role: 'system', content: words }, ...messages];
  return [{ ...first, content: `${words}\n${contentText(first)}` }, ...others];
}

type Told = Partial<ResolvedThinking>;

function turnOff({ variable, words, grades }: ThinkingControl, { param, effort }: Wish): Told {
  // The least of all grades is not none, but nearest to it.
  const emulated = effort === 'minimal' ? [param] : [];
  if (variable !== undefined) return { variables: { [variable.variable]: variable.off }, emulated };
  if (words !== undefined) return { words: words.off, emulated };
  if (grades?.off !== undefined) return { variables: { [grades.variable]: grades.off }, emulated };
  const [least] = grades?.known ?? [];
  if (effort === 'minimal' && grades && least !== undefined)
    return { variables: { [grades.variable]: least }, emulated: [param] };
  return { budget: 0, emulated: [param] };
}

function turnOn({ variable, words, grades }: ThinkingControl, { param, effort }: Wish): Told {
  const switched = variable === undefined ? {} : { [variable.variable]: variable.on };
  const said = variable === undefined ? words?.on : undefined;
  if (effort === undefined) {
    // Where a grade is the only switch, its default may be off.
    const usual = grades?.off === undefined || variable ? {} : gradeOf(grades, 'medium').variables;
    return { variables: { ...switched, ...usual }, words: said };
  }
  if (grades === undefined) return { variables: switched, words: said, emulated: [param] };
  const { variables, isExact } = gradeOf(grades, effort);
  return { variables: { ...switched, ...variables }, words: said, emulated: isExact ? [] : [param] };
}

/** The known grade that comes closest, of two as close the higher. */
function gradeOf(grades: Grades, effort: Effort): { variables: Record<string, unknown>; isExact: boolean } {
  const { variable, known, hasDefault } = grades;
  if (known.includes(effort)) return { variables: { [variable]: effort }, isExact: true };
  const distance = (other: Effort) => Math.abs(efforts.indexOf(other) - efforts.indexOf(effort));
  const closest = known.toReversed().toSorted((a, b) => distance(a) - distance(b))[0];
  const isDefaultCloser = hasDefault && (closest === undefined || distance('medium') < distance(closest));
  return { variables: closest === undefined || isDefaultCloser ? {} : { [variable]: closest }, isExact: false };
}

/** What all wishes say together; the one that says most stands for them. */
function agreed(wishes: readonly Wish[]): { isOn: boolean; wish: Wish } | undefined {
  const on = wishes.find(({ isOn }) => isOn === true);
  const off = wishes.find(({ isOn }) => isOn === false);
  if (on && off) throw contradiction(on.param, off.param);
  const graded = wishes.filter(({ effort }) => effort !== undefined);
  const other = graded.find(({ effort }) => effort !== graded[0]?.effort);
  if (graded[0] && other) throw contradiction(graded[0].param, other.param);
  const wish = graded[0] ?? on ?? off;
  if (wish === undefined) return undefined;
  // `minimal` alone is as good as none; beside a switch that is on, it is the least of the grades.
  return { isOn: on !== undefined, wish };
}

/** The variables of a client that the template reads, beside those that are told in its own words. */
function ownVariables(control: ThinkingControl, given: readonly (readonly [string, unknown])[]) {
  const own: Record<string, unknown> = {};
  for (const [name, value] of given) {
    const param = `chat_template_kwargs.${name}`;
    if (protectedNames.has(name)) {
      throw invalidValue(param, 'this name belongs to the server; use the field of the request that stands for it.');
    }
    const isKnown = switchNames.has(name) || gradeVariables.includes(name) || budgetNames.includes(name);
    // A null says nothing about reasoning; a template would take it for false.
    if (control.names.has(name) && !(isKnown && value === null)) own[name] = value;
    else if (!isKnown) {
      const names = [...control.names].toSorted().slice(0, 16);
      const known = names.length > 0 ? `It reads ${names.map((each) => `\`${each}\``).join(', ')}.` : 'It reads none.';
      throw invalidValue(param, `the chat template of this model does not read this variable. ${known}`);
    }
  }
  return own;
}

function refuseReasoning(wish: Wish | undefined, budget: ThinkingRequest['thinking_budget']): void {
  const problem = 'this model does not reason.';
  if (wish !== undefined) {
    const fix = wish.effort !== undefined ? 'Leave it out, or ask for `none`.' : 'Leave it out, or turn it off.';
    throw invalidValue(wish.param, `${problem} ${fix}`);
  }
  if (budget !== undefined && budget.tokens > 0) throw invalidValue(budget.param, `${problem} Leave it out.`);
}
