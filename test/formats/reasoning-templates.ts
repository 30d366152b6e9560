const turns = '{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}';
const speak = '{% if add_generation_prompt %}<|im_start|>assistant\n';

/** Small templates with the switches of well-known ones. */
export const reasoningTemplates = {
  /** Qwen 3: the block is left to the model, and closed where it is not wanted. */
  closesWhenOff: `${turns}${speak}{% if enable_thinking is defined and enable_thinking is false %}<think>\n\n</think>\n\n{% endif %}{% endif %}`,
  /** Nemotron 3, Qwen 3.5: the block is opened. */
  opensWhenOn: `${turns}${speak}{% if enable_thinking | default(true) %}<think>\n{% else %}<think></think>{% endif %}{% endif %}`,
  /** Granite 3, DeepSeek. */
  thinking: `{% if thinking %}Think in <think></think>.\n{% endif %}${turns}${speak}{% endif %}`,
  /** MiniMax M3. */
  mode: `${turns}${speak}{% if thinking_mode == "enabled" %}<think>{% elif thinking_mode == "disabled" %}</think>{% endif %}{% endif %}`,
  /** Nemotron Nano 2. */
  words: `{% set ns = namespace(on=true) %}{% for m in messages %}{% if '/no_think' in m.content %}{% set ns.on = false %}{% endif %}{% endfor %}{% for m in messages %}{{ m.role }}: {{ m.content.replace('/no_think', '').replace('/think', '').strip() }}\n{% endfor %}{% if add_generation_prompt %}{{ '<think>\n' if ns.on else '<think></think>' }}{% endif %}`,
  /** Llama Nemotron: what the model was taught, not the template. */
  modelWords: `{# detailed thinking on|off #}${turns}{{ '' if true else '<think>' }}${speak}{% endif %}`,
  /** QwQ, DeepSeek R1: there is no switch. */
  always: `${turns}${speak}<think>\n{% endif %}`,
  /** GPT-OSS: a word for the model. */
  spoken: `Reasoning: {{ reasoning_effort | default("medium") }}\n{# <|channel|>analysis<|message|> commentary #}{{ '' if true else '<|channel|>commentary<|message|>' }}{% for m in messages %}<|start|>{{ m.role }}<|message|>{{ m.content }}<|end|>{% endfor %}{% if add_generation_prompt %}<|start|>assistant{% endif %}`,
  /** Kimi K3: a switch, and grades. */
  grades: `{% if thinking_effort is not defined %}{% set thinking_effort = 'max' %}{% endif %}{% if thinking_effort not in ['low', 'high', 'max'] %}{{ raise_exception('no such effort') }}{% endif %}Effort: {{ thinking_effort }}\n${turns}${speak}{{ '</think>' if thinking is defined and not thinking else '<think>' }}{% endif %}`,
  /** Hunyuan 3: a grade that is none. */
  gradeOff: `{% set reasoning_effort = reasoning_effort | default('no_think') %}{% if reasoning_effort not in ['high', 'low', 'no_think'] %}{{ raise_exception('no') }}{% endif %}Effort: {{ reasoning_effort }}\n${turns}${speak}{{ '<think></think>' if reasoning_effort == 'no_think' else '<think>' }}{% endif %}`,
  /** DeepSeek V4: a grade above the usual one. */
  gradeAbove: `{% if reasoning_effort == 'max' %}Think hard.\n{% endif %}${turns}${speak}{{ '</think>' if thinking is defined and not thinking else '<think>' }}{% endif %}`,
  /** Seed-OSS: a budget in the prompt. */
  budget: `{% if thinking_budget is not defined %}{% set thinking_budget = -1 %}{% endif %}{% if thinking_budget > 0 %}Think for {{ thinking_budget }} tokens.\n{% endif %}${turns}${speak}{{ '<think></think>' if thinking_budget == 0 else '<think>' }}{% endif %}`,
  /** A model that does not reason. */
  none: `{{ greeting }}${turns}${speak}{% endif %}`,
} as const;
