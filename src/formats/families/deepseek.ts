import type { NamedCall, OutputFormat, TaggedCall } from '../output-format.ts';
import { thinkTags } from './reasoning.ts';

const section = { open: '<｜tool▁calls▁begin｜>', close: '<｜tool▁calls▁end｜>' };
const begin = '<｜tool▁call▁begin｜>';
const separator = '<｜tool▁sep｜>';
const end = '<｜tool▁call▁end｜>';

const plain: NamedCall = { kind: 'named', section, open: begin, separator: [separator], close: end };

/** R1 and V3: a type before the name, the arguments fenced. */
export const deepseekR1: OutputFormat = {
  name: 'deepseek-r1',
  reasoning: thinkTags,
  calls: [{ ...plain, open: `${begin}function${separator}`, separator: ['\n', '{'], isFenced: true }, plain],
};

export const deepseekV31: OutputFormat = {
  name: 'deepseek-v3.1',
  reasoning: thinkTags,
  calls: [plain, { ...plain, open: `${begin}function${separator}`, separator: ['\n', '{'], isFenced: true }],
};

/** DSML, whose section is named differently in V3.2 and V4. */
function dsml(sectionName: string): TaggedCall {
  return {
    kind: 'tagged',
    section: { open: `<｜DSML｜${sectionName}>`, close: `</｜DSML｜${sectionName}>` },
    open: '<｜DSML｜invoke name="',
    nameEnd: '"',
    parameterOpen: '<｜DSML｜parameter name="',
    keyEnd: '"',
    attributesEnd: '>',
    valueClose: '</｜DSML｜parameter>',
    close: '</｜DSML｜invoke>',
  };
}

export const deepseekV32: OutputFormat = {
  name: 'deepseek-v3.2',
  reasoning: thinkTags,
  calls: [dsml('function_calls')],
};
export const deepseekV4: OutputFormat = { name: 'deepseek-v4', reasoning: thinkTags, calls: [dsml('tool_calls')] };
