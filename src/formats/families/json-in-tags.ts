import type { JsonCalls, OutputFormat } from '../output-format.ts';
import { reasoningTags, thinkTags } from './reasoning.ts';

/** `{"name", "arguments"}` between two marks: the commonest way to write calls. */
export function jsonCalls(
  open: string,
  close: string,
  list: JsonCalls['list'] = 'none',
  more: Partial<JsonCalls> = {},
): JsonCalls {
  return { kind: 'json', open, close, list, nameKey: 'name', argumentsKey: 'arguments', ...more };
}

const toolCallTags = jsonCalls('<tool_call>', '</tool_call>');

/** Hermes 2 and 3, Qwen 2.5, QwQ and 3, Granite 4, MiMo, Bielik, SmolLM3, Reka. */
export const hermes: OutputFormat = { name: 'hermes', reasoning: thinkTags, calls: [toolCallTags] };

/** For templates without a known format: as Hermes, or JSON alone or fenced where it names an offered tool. */
export const fallback: OutputFormat = {
  name: 'fallback',
  reasoning: thinkTags,
  calls: [toolCallTags, jsonCalls('', '', 'lines')],
};

export const reka: OutputFormat = { ...hermes, name: 'reka', stops: ['<sep>'] };

/** Granite 3: a list after one mark, and tags around both halves of an answer. */
export const granite3: OutputFormat = {
  name: 'granite-3',
  reasoning: thinkTags,
  calls: [jsonCalls('<|tool_call|>', '', 'array'), jsonCalls('<tool_call>', '</tool_call>', 'array')],
  contentOpens: ['<response>'],
  strips: ['<response>', '</response>'],
};

/** Phi-4-mini. */
export const phi4: OutputFormat = {
  name: 'phi-4',
  reasoning: thinkTags,
  calls: [jsonCalls('<|tool_call|>', '<|/tool_call|>', 'array')],
};

/** Nemotron Nano 2. */
export const nemotron2: OutputFormat = {
  name: 'nemotron-2',
  reasoning: thinkTags,
  calls: [jsonCalls('<TOOLCALL>', '</TOOLCALL>', 'array')],
};

/** Apriel 1.5: the list in the plural tag; its instructions name the singular one. */
export const apriel15: OutputFormat = {
  name: 'apriel-1.5',
  reasoning: {
    open: ['<thinking>', 'Here are my reasoning steps:'],
    close: '</thinking>',
    alsoCloses: ['[BEGIN FINAL RESPONSE]'],
    allowsCalls: true,
  },
  calls: [
    jsonCalls('<tool_calls>', '</tool_calls>', 'array', { idKey: 'id' }),
    jsonCalls('<tool_call>', '</tool_call>', 'array'),
  ],
  contentOpens: ['[BEGIN FINAL RESPONSE]'],
  strips: ['[BEGIN FINAL RESPONSE]', '[END FINAL RESPONSE]'],
};

/** Apriel 1.6 reasons from the start of its turn, after a sentence the prompt writes. */
export const apriel16: OutputFormat = {
  name: 'apriel-1.6',
  reasoning: {
    open: ['<|begin_assistant|>'],
    close: '[BEGIN FINAL RESPONSE]',
    allowsCalls: true,
    lead: 'Here are my reasoning steps:\n',
  },
  calls: [jsonCalls('<tool_calls>', '</tool_calls>', 'array')],
  strips: ['[END FINAL RESPONSE]'],
};

/** MiniMax M1: one object a line. */
export const minimaxM1: OutputFormat = {
  name: 'minimax-m1',
  reasoning: thinkTags,
  calls: [jsonCalls('<tool_calls>', '</tool_calls>', 'lines')],
};

/** Apertus: the function's name is the key of its arguments. */
export const apertus: OutputFormat = {
  name: 'apertus',
  reasoning: { ...reasoningTags('<|inner_prefix|>', '<|inner_suffix|>'), opensAnywhere: true },
  calls: [jsonCalls('<|tools_prefix|>', '<|tools_suffix|>', 'array', { nameIsKey: true })],
};

/** Firefunction 2. */
export const firefunction: OutputFormat = { name: 'firefunction', calls: [jsonCalls('functools', '', 'array')] };

/** GigaChat 3: a message of its own for the one call. */
export const gigachat3: OutputFormat = {
  name: 'gigachat-3',
  calls: [
    jsonCalls('<|message_sep|>\n\nfunction call<|role_sep|>\n', ''),
    jsonCalls('function call<|role_sep|>\n', ''),
  ],
  strips: ['<|message_sep|>'],
};

export const gigachat31: OutputFormat = { name: 'gigachat-3.1', calls: [jsonCalls('<|function_call|>', '')] };

const cohereKeys = { nameKey: 'tool_name', argumentsKey: 'parameters' };

/** Command R and R+. */
export const commandR: OutputFormat = {
  name: 'command-r',
  calls: [jsonCalls('Action:', '```', 'array', { ...cohereKeys, isFenced: true })],
  strips: ['<|CHATBOT_TOKEN|>', '<|START_OF_TURN_TOKEN|>'],
  stops: ['<|END_OF_TURN_TOKEN|>'],
};

const cohereActions = jsonCalls('<|START_ACTION|>', '<|END_ACTION|>', 'array', {
  ...cohereKeys,
  idKey: 'tool_call_id',
  idForm: '[0-9]{1,3}',
  idComesFirst: true,
});
const cohereThinking: OutputFormat['reasoning'] = {
  ...reasoningTags('<|START_THINKING|>', '<|END_THINKING|>'),
  opensAnywhere: true,
};

/** Command R7B and Command A. */
export const commandR7b: OutputFormat = {
  name: 'command-r7b',
  reasoning: cohereThinking,
  calls: [cohereActions],
  contentOpens: ['<|START_RESPONSE|>'],
  strips: ['<|START_RESPONSE|>', '<|END_RESPONSE|>'],
  stops: ['<|END_OF_TURN_TOKEN|>'],
};

export const cohere2Moe: OutputFormat = {
  name: 'cohere-2-moe',
  reasoning: cohereThinking,
  calls: [cohereActions],
  contentOpens: ['<|START_TEXT|>'],
  strips: ['<|START_TEXT|>', '<|END_TEXT|>'],
  stops: ['<|END_OF_TURN_TOKEN|>'],
};
