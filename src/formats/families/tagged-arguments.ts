import type { OutputFormat, Section, TaggedCall } from '../output-format.ts';
import { jsonCalls } from './json-in-tags.ts';
import { reasoningTags, thinkTags } from './reasoning.ts';

function functionTags(section: Section): TaggedCall {
  return {
    kind: 'tagged',
    section,
    open: '<function=',
    nameEnd: '>',
    parameterOpen: '<parameter=',
    keyEnd: '>',
    valueClose: '</parameter>',
    close: '</function>',
  };
}

/** Qwen3-Coder and 3.5, Nemotron 3, Step 3.5. */
export const qwen3Coder: OutputFormat = {
  name: 'qwen3-coder',
  reasoning: thinkTags,
  calls: [functionTags({ open: '<tool_call>', close: '</tool_call>', holdsOne: true })],
};

export const seedOss: OutputFormat = {
  name: 'seed-oss',
  reasoning: reasoningTags('<seed:think>', '</seed:think>'),
  calls: [functionTags({ open: '<seed:tool_call>', close: '</seed:tool_call>', holdsOne: true })],
  stops: ['<seed:eos>'],
};

function keysAndValues(suffix: string, more: Partial<TaggedCall> = {}): TaggedCall {
  return {
    kind: 'tagged',
    open: `<tool_call${suffix}>`,
    parameterOpen: `<arg_key${suffix}>`,
    keyEnd: `</arg_key${suffix}>`,
    valueOpen: `<arg_value${suffix}>`,
    valueClose: `</arg_value${suffix}>`,
    close: `</tool_call${suffix}>`,
    ...more,
  };
}

/** GLM 4.5 to 4.7, Spark 2.5, Laguna. JSON in the tags, as their relatives write it, is understood. */
export const glm4: OutputFormat = {
  name: 'glm-4',
  reasoning: thinkTags,
  calls: [keysAndValues(''), jsonCalls('<tool_call>', '</tool_call>')],
};

/** Ling 3: GLM's syntax. Where reasoning stays in the content, its prompt's open mark does not. */
export const ling3: OutputFormat = {
  ...glm4,
  name: 'ling-3',
  reasoning: { ...thinkTags, hidesPromptMark: true },
  stops: ['<|role_end|>'],
};

const hunyuan = ':opensource';

/** Hunyuan 3: GLM's tags with a suffix, a separator after the name, and a section. */
export const hunyuan3: OutputFormat = {
  name: 'hunyuan-3',
  reasoning: reasoningTags(`<think${hunyuan}>`, `</think${hunyuan}>`),
  calls: [
    keysAndValues(hunyuan, {
      section: { open: `<tool_calls${hunyuan}>`, close: `</tool_calls${hunyuan}>` },
      nameEnd: `<tool_sep${hunyuan}>`,
    }),
  ],
};

function invokeTags(namespace: string, section: Section): TaggedCall {
  return {
    kind: 'tagged',
    section,
    open: `<${namespace}invoke name="`,
    nameEnd: '">',
    parameterOpen: `<${namespace}parameter name="`,
    keyEnd: '">',
    valueClose: `</${namespace}parameter>`,
    close: `</${namespace}invoke>`,
  };
}

export const minimaxM2: OutputFormat = {
  name: 'minimax-m2',
  reasoning: thinkTags,
  calls: [invokeTags('', { open: '<minimax:tool_call>', close: '</minimax:tool_call>' })],
  stops: ['[e~['],
};

const minimaxNamespace = ']<]minimax[>[';

export const minimaxM3: OutputFormat = {
  name: 'minimax-m3',
  reasoning: reasoningTags('<mm:think>', '</mm:think>'),
  calls: [
    {
      kind: 'nested',
      section: { open: `${minimaxNamespace}<tool_call>`, close: `${minimaxNamespace}</tool_call>` },
      open: `${minimaxNamespace}<invoke name="`,
      nameEnd: '">',
      prefix: minimaxNamespace,
      item: 'item',
      close: `${minimaxNamespace}</invoke>`,
    },
  ],
  stops: ['[e~['],
};

export const miniCpm5: OutputFormat = {
  name: 'minicpm-5',
  reasoning: thinkTags,
  calls: [
    {
      kind: 'tagged',
      open: '<function name="',
      nameEnd: '">',
      parameterOpen: '<param name="',
      keyEnd: '">',
      valueClose: '</param>',
      close: '</function>',
      allowsCdata: true,
    },
  ],
};

/** Muse Glimmer: addressed messages; a call is tagged arguments in a message to the tool. */
export const museGlimmer: OutputFormat = {
  name: 'muse-glimmer',
  calls: [invokeTags('atem:', { open: '<atem:function_calls>', close: '</atem:function_calls>' })],
  messages: {
    start: '<|start|>',
    body: '<|message|>',
    ends: ['<|eom|>', '<|eot|>'],
    contentHeader: ' to=user',
    reasoningRecipient: 'self',
  },
  stops: ['<|eot|>'],
};
