import * as deepseek from './families/deepseek.ts';
import * as json from './families/json-in-tags.ts';
import * as llama from './families/llama.ts';
import * as mistral from './families/mistral.ts';
import * as named from './families/named-calls.ts';
import { reasoningTags } from './families/reasoning.ts';
import * as tagged from './families/tagged-arguments.ts';
import type { OutputFormat } from './output-format.ts';

interface Rule {
  readonly format: OutputFormat;
  /** All of these stand in the template. */
  readonly marks: readonly string[];
}

/**
 * Marks that only one family writes come first; then those where a family adds to another's marks; the
 * commonest last. Marks are looked for as they stand in a template's source.
 */
const rules: readonly Rule[] = [
  { format: named.harmony, marks: ['<|channel|>', '<|constrain|>'] },
  { format: named.harmony, marks: ['<|channel|>', 'commentary', '<|message|>'] },
  { format: tagged.museGlimmer, marks: ['<atem:invoke'] },
  { format: named.kimiK3, marks: ["'<|open|>'", "'<|close|>'"] },
  { format: named.kimiK2, marks: ['<|tool_call_begin|>'] },
  // Kimi K2's first template knows calls only from the model's training.
  { format: named.kimiK2, marks: ['<|im_middle|>'] },
  { format: named.solarOpen, marks: ['<|tool_call:begin|>'] },
  { format: named.gemma4, marks: ['<|tool_call>call:'] },
  { format: named.functionGemma, marks: ['<start_function_call>'] },
  { format: deepseek.deepseekV32, marks: ['｜DSML｜', 'function_calls'] },
  { format: deepseek.deepseekV4, marks: ['｜DSML｜'] },
  { format: deepseek.deepseekR1, marks: ['<｜tool▁call▁begin｜>', '```json'] },
  { format: deepseek.deepseekV31, marks: ['<｜tool▁call▁begin｜>'] },
  { format: deepseek.deepseekR1, marks: ['<｜tool▁calls▁begin｜>'] },
  { format: json.apriel16, marks: ['[BEGIN FINAL RESPONSE]', '<|begin_assistant|>'] },
  { format: json.cohere2Moe, marks: ['<|START_ACTION|>', '<|START_TEXT|>'] },
  { format: json.commandR7b, marks: ['<|START_ACTION|>'] },
  { format: json.commandR, marks: ['<|CHATBOT_TOKEN|>', 'Action:'] },
  { format: json.apertus, marks: ['<|tools_prefix|>'] },
  { format: json.gigachat31, marks: ['<|function_call|>'] },
  { format: json.gigachat3, marks: ['function call', '<|role_sep|>'] },
  { format: json.nemotron2, marks: ['<TOOLCALL>'] },
  { format: json.firefunction, marks: ['functools['] },
  { format: json.phi4, marks: ['<|/tool_call|>'] },
  { format: json.phi4, marks: ['<|/tool|>'] },
  { format: mistral.mistralNamed, marks: ['[TOOL_CALLS]', '[ARGS]'] },
  { format: mistral.mistralNamed, marks: ['[TOOL_CALLS]', '[THINK]'] },
  { format: mistral.mistralNemo, marks: ['[TOOL_CALLS]'] },
  { format: llama.functionary32, marks: ['>>>all'] },
  { format: llama.functionary31, marks: ['<function=', '</function>', '<|python_tag|>'] },
  { format: llama.lfm2, marks: ['<|tool_list_start|>'] },
  { format: llama.lfm2, marks: ['<|tool_call_start|>'] },
  // LFM2.5 shows its tools under this heading, and of its calls nothing.
  { format: llama.lfm2, marks: ['List of tools: ['] },
  { format: tagged.minimaxM3, marks: [']<]minimax[>['] },
  { format: tagged.minimaxM2, marks: ['<minimax:tool_call>'] },
  { format: json.minimaxM1, marks: ['<beginning_of_sentence>', '<tool_calls>'] },
  { format: tagged.seedOss, marks: ['<seed:tool_call>'] },
  { format: tagged.hunyuan3, marks: ['<arg_key{}>', ':opensource'] },
  { format: tagged.ling3, marks: ['<arg_key>', '<|role_end|>'] },
  { format: tagged.glm4, marks: ['<arg_key>'] },
  { format: tagged.miniCpm5, marks: ['<function name="', '<param name="'] },
  { format: tagged.qwen3Coder, marks: ['<function=', '<parameter='] },
  { format: json.apriel15, marks: ['<thinking>', '<tool_calls>['] },
  { format: json.granite3, marks: ['<|start_of_role|>', '<|tool_call|>'] },
  { format: json.reka, marks: ['<tool_call>', '<sep>'] },
  { format: json.hermes, marks: ['<tool_call>'] },
  { format: llama.llama4, marks: ['<|header_start|>'] },
  { format: llama.llama3, marks: ['<|python_tag|>'] },
  { format: llama.llama3, marks: ['<|start_header_id|>', '"parameters"'] },
];

/** Every format there is, once. */
export const everyFormat: readonly OutputFormat[] = [...new Set(rules.map(({ format }) => format)), json.fallback];

/**
 * The format a model was trained to answer in, by the marks in its chat template: what the template writes for
 * earlier calls, or tells the model to write, is the evidence. For an unknown template, the tags it shows
 * around `{"name"` and around reasoning are learned from it; what it does not show is as Hermes writes it.
 */
export function recogniseFormat(templateSource: string): OutputFormat {
  const rule = rules.find(({ marks }) => marks.every((mark) => templateSource.includes(mark)));
  if (rule) return rule.format;
  const tag = /<(\|?[\w:.-]{1,40}\|?)>(?:\\n|\s)*(\[?)\{\\?"name\\?"/.exec(templateSource);
  const thinking = /<(think(?:ing)?|thought|reason(?:ing)?)>/.exec(templateSource)?.[1];
  return {
    ...json.fallback,
    ...(thinking !== undefined && { reasoning: reasoningTags(`<${thinking}>`, `</${thinking}>`) }),
    ...(tag?.[1] !== undefined && {
      calls: [
        json.jsonCalls(
          `<${tag[1]}>`,
          templateSource.includes(`</${tag[1]}>`) ? `</${tag[1]}>` : '',
          tag[2] ? 'array' : 'none',
        ),
        ...json.fallback.calls,
      ],
    }),
  };
}
