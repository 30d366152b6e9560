import type { Effort } from '../api/reasoning.ts';

/** A template's variable that turns reasoning on or off, and its values. */
export interface VariableSwitch {
  readonly variable: string;
  readonly on: unknown;
  readonly off: unknown;
}

/**
 * What templates are told by their variables, the commonest first. A template has such a switch when it renders
 * another prompt for one value than for the other.
 */
export const variableSwitches: readonly VariableSwitch[] = [
  // Qwen 3, GLM, Nemotron 3, Gemma 4, SmolLM3, DeepSeek.
  { variable: 'enable_thinking', on: true, off: false },
  // DeepSeek V3.1 to V4, Kimi K3, Granite 3.
  { variable: 'thinking', on: true, off: false },
  // MiniMax M3, which also knows `adaptive`.
  { variable: 'thinking_mode', on: 'enabled', off: 'disabled' },
  { variable: 'thinking_option', on: 'on', off: 'off' },
  // Cohere.
  { variable: 'reasoning', on: true, off: false },
  // Seed-OSS: a budget of 0 closes the block, −1 sets no limit.
  { variable: 'thinking_budget', on: -1, off: 0 },
];

/** Words in the instructions that turn reasoning on or off. */
export interface WordSwitch {
  readonly on: string;
  readonly off: string;
  /** What a template's source has where it knows them. */
  readonly sign: string;
  /** Whether the model reads the words itself; else the template does, and makes another prompt of them. */
  readonly isForModel: boolean;
}

export const wordSwitches: readonly WordSwitch[] = [
  // Nemotron Nano 2.
  { on: '/think', off: '/no_think', sign: '/no_think', isForModel: false },
  // Llama Nemotron.
  { on: 'detailed thinking on', off: 'detailed thinking off', sign: 'detailed thinking', isForModel: true },
];

/** Variables for grades: GPT-OSS, DeepSeek V4, Hunyuan 3, Solar; Kimi K3; Muse. */
export const gradeVariables: readonly string[] = ['reasoning_effort', 'thinking_effort', 'reasoning_strength'];

/** Words for "off" among a template's grades. */
export const offGrades: readonly string[] = ['none', 'no_think', 'minimal'];

/** The variable by which a template tells the model how many tokens it may think. */
export const budgetVariable = 'thinking_budget';

/** What models know that are told a grade in words. */
export const spokenGrades: readonly Effort[] = ['low', 'medium', 'high'];

/** Names that a client may use for a switch, whatever the template reads, with the values that mean on and off. */
export const switchNames: ReadonlyMap<string, VariableSwitch> = new Map(
  variableSwitches.filter(({ variable }) => variable !== budgetVariable).map((each) => [each.variable, each]),
);

/** Names that belong to the server: what they stand for comes from the request, or from Jinja itself. */
export const protectedNames: ReadonlySet<string> = new Set(
  [
    'messages tools functions documents bos_token eos_token add_generation_prompt continue_final_message tokenize',
    'chat_template tool_choice response_format loop caller self super varargs kwargs range dict namespace joiner cycler',
    'raise_exception strftime_now __proto__ constructor prototype',
  ].flatMap((names) => names.split(' ')),
);
