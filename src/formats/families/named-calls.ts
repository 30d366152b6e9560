import type { OutputFormat } from '../output-format.ts';
import { reasoningTags, thinkTags } from './reasoning.ts';

/** Kimi K2: `functions.name:0` is name and id. */
export const kimiK2: OutputFormat = {
  name: 'kimi-k2',
  reasoning: thinkTags,
  calls: [
    {
      kind: 'named',
      section: { open: '<|tool_calls_section_begin|>', close: '<|tool_calls_section_end|>' },
      open: '<|tool_call_begin|>',
      nameStyle: 'indexed',
      idForm: '[0-9]{1,3}',
      separator: ['<|tool_call_argument_begin|>'],
      close: '<|tool_call_end|>',
    },
  ],
};

const xtml = (tag: string) => ({ open: `<|open|>${tag}<|sep|>`, close: `<|close|>${tag}<|sep|>` });

/** Kimi K3: XTML, where a tag is three tokens around its name. */
export const kimiK3: OutputFormat = {
  name: 'kimi-k3',
  reasoning: { ...reasoningTags(xtml('think').open, xtml('think').close), opensAnywhere: true },
  calls: [
    {
      kind: 'tagged',
      section: xtml('tools'),
      open: '<|open|>call tool="',
      nameEnd: '"',
      attributesEnd: '<|sep|>',
      parameterOpen: '<|open|>argument key="',
      keyEnd: '"',
      valueClose: '<|close|>argument<|sep|>',
      close: '<|close|>call<|sep|>',
      jsonOpen: '<|open|>json type="object"<|sep|>',
      jsonClose: '<|close|>json<|sep|>',
    },
  ],
  contentOpens: [xtml('response').open],
  strips: [xtml('response').open, xtml('response').close, xtml('message').close],
  beforeCalls: [xtml('response').open, xtml('response').close],
  stops: ['<|end_of_msg|>'],
};

/** Solar Open: an id of its own before each name. */
export const solarOpen: OutputFormat = {
  name: 'solar-open',
  reasoning: { ...reasoningTags('<|think|>', '<|end|>'), opensAnywhere: true },
  calls: [
    {
      kind: 'named',
      section: { open: '<|tool_calls|>', close: '<|calls|>' },
      open: '<|tool_call:begin|>',
      idForm: '[a-z0-9]{10}',
      afterId: '<|tool_call:name|>',
      separator: ['<|tool_call:args|>'],
      close: '<|tool_call:end|>',
    },
  ],
  contentOpens: ['<|begin|>assistant', '<|content|>'],
  strips: ['<|begin|>assistant', '<|content|>', '<|end|>', '<|tool_calls|>', '<|calls|>'],
  beforeCalls: ['<|begin|>assistant'],
};

/** GPT-OSS: harmony. */
export const harmony: OutputFormat = {
  name: 'harmony',
  calls: [],
  messages: {
    start: '<|start|>',
    body: '<|message|>',
    ends: ['<|end|>', '<|return|>', '<|call|>'],
    channel: '<|channel|>',
    reasoningChannel: 'analysis',
    contentHeader: '<|channel|>final',
    callChannel: 'commentary',
    callPrefix: 'functions.',
  },
  stops: ['<|return|>', '<|call|>'],
};

/** FunctionGemma: strings between marks instead of quotes, keys without. */
export const functionGemma: OutputFormat = {
  name: 'function-gemma',
  calls: [
    {
      kind: 'named',
      open: '<start_function_call>call:',
      separator: ['{'],
      close: '<end_function_call>',
      quote: '<escape>',
    },
  ],
  stops: ['<start_function_response>'],
};

export const gemma4: OutputFormat = {
  name: 'gemma-4',
  reasoning: { open: ['<|channel>thought'], close: '<channel|>', allowsCalls: false, opensAnywhere: true },
  calls: [{ kind: 'named', open: '<|tool_call>call:', separator: ['{'], close: '<tool_call|>', quote: '<|"|>' }],
  strips: ['<|channel>', '<channel|>'],
  stops: ['<|tool_response>'],
};
