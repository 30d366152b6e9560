import type { OutputFormat } from '../output-format.ts';
import { jsonCalls } from './json-in-tags.ts';

/** Llama 3.1 to 3.3: bare JSON, with or without a mark; the built-in tools as Python calls. */
export const llama3: OutputFormat = {
  name: 'llama-3',
  calls: [
    jsonCalls('', '', 'lines', { argumentsKey: 'parameters' }),
    jsonCalls('<|python_tag|>', '', 'lines', { argumentsKey: 'parameters' }),
    { kind: 'python', open: '<|python_tag|>', close: '', method: '.call' },
  ],
  stops: ['<|eom_id|>'],
};

/** Llama 4, and Llama 3.2's alternative: Python calls in brackets. */
export const llama4: OutputFormat = {
  name: 'llama-4',
  calls: [
    { kind: 'python', open: '', close: '' },
    { kind: 'python', open: '<|python_start|>', close: '<|python_end|>' },
    jsonCalls('', '', 'lines', { argumentsKey: 'parameters' }),
    jsonCalls('<|python_tag|>', '', 'lines', { argumentsKey: 'parameters' }),
  ],
  stops: ['<|eom|>'],
};

/** Functionary 3.1. */
export const functionary31: OutputFormat = {
  name: 'functionary-3.1',
  calls: [{ kind: 'named', open: '<function=', separator: ['>'], close: '</function>' }],
  stops: ['<|eom_id|>'],
};

/** Functionary 3.2: every part of an answer is addressed; to `all` it is content. */
export const functionary32: OutputFormat = {
  name: 'functionary-3.2',
  calls: [{ kind: 'named', open: '>>>', separator: ['\n'], close: '' }],
  contentOpens: ['>>>all\n'],
  strips: ['>>>all\n'],
};

/** LFM2 and 2.5. */
export const lfm2: OutputFormat = {
  name: 'lfm2',
  reasoning: { open: ['<think>'], close: '</think>', allowsCalls: true },
  calls: [{ kind: 'python', open: '<|tool_call_start|>', close: '<|tool_call_end|>' }],
};
