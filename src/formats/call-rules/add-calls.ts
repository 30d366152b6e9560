import type { CallSyntax, JsonCalls, NamedCall, OutputFormat, Section, TaggedCall } from '../output-format.ts';
import type { ToolDefinition } from '../tool-definition.ts';
import { nestedCall } from './nested-call.ts';
import { pythonCalls } from './python-calls.ts';
import { quotedArguments } from './quoted-arguments.ts';
import { lintSchema } from '../grammar/lint-schema.ts';
import { UnsupportedSchema } from '../grammar/unsupported-schema.ts';
import {
  addArguments,
  addGap,
  repeated,
  type GrammarParts,
  type OneOf,
  type RelaxedInTool,
  type Rules,
} from './rules.ts';
import { UnsupportedTool } from './unsupported-tool.ts';
import { taggedCall } from './tagged-call.ts';

/** Adds the rule for one call, or for several, in the family's own spelling. */
export function addCalls(
  format: OutputFormat,
  tools: readonly ToolDefinition[],
  parallel: boolean,
  parts: GrammarParts,
): { calls: string; relaxed: readonly RelaxedInTool[] } {
  const { builder } = parts;
  const rules: Rules = { parts, relaxed: [], gap: addGap(builder) };
  const relaxed: RelaxedInTool[] = [];
  const syntax = format.calls[0];
  const spelled = (tool: ToolDefinition, spell: (tool: ToolDefinition) => string) => {
    try {
      lintSchema(tool.parameters);
      return builder.add(`call-${tool.name}`, spell(tool));
    } catch (failure) {
      throw failure instanceof UnsupportedSchema ? new UnsupportedTool(tool.name, failure) : failure;
    } finally {
      const found = new Map(rules.relaxed.splice(0).map((each) => [each.path, { ...each, tool: tool.name }]));
      relaxed.push(...found.values());
    }
  };
  const oneOf: OneOf = (spell) => builder.add('call', tools.map((tool) => spelled(tool, spell)).join(' | '));
  const calls =
    format.messages?.callPrefix === undefined
      ? syntax
        ? addBySyntax(rules, syntax, format, oneOf, parallel)
        : '""'
      : addMessages(rules, format, oneOf, parallel);
  return { calls: builder.add('calls', calls), relaxed };
}

function addBySyntax(rules: Rules, syntax: CallSyntax, format: OutputFormat, oneOf: OneOf, parallel: boolean): string {
  switch (syntax.kind) {
    case 'json':
      return jsonCalls(rules, syntax, oneOf, parallel);
    case 'named':
      return sectioned(
        rules,
        syntax.section,
        oneOf((tool) => namedCall(rules, syntax, tool)),
        parallel,
        '',
      );
    case 'tagged': {
      if (format.messages) return addressed(rules, format, syntax, oneOf, parallel);
      const call = oneOf((tool) => taggedCall(rules, syntax, tool));
      return sectioned(rules, syntax.section, call, parallel, rules.gap);
    }
    case 'python':
      return pythonCalls(rules, syntax, oneOf, parallel);
    case 'nested':
      return sectioned(
        rules,
        syntax.section,
        oneOf((tool) => nestedCall(rules, syntax, tool)),
        parallel,
        rules.gap,
      );
    default:
      return syntax satisfies never;
  }
}

/** Calls one after another, in a section for all or in one each. */
function sectioned(
  { parts: { builder, literal } }: Rules,
  section: Section | undefined,
  call: string,
  parallel: boolean,
  gap: string,
): string {
  const inSection = (body: string) =>
    (section ? [literal(section.open), gap, body, gap, literal(section.close)] : [body]).join(' ');
  if (section?.holdsOne) return repeated(builder, builder.add('block', inSection(call)), gap, parallel);
  return inSection(repeated(builder, call, gap, parallel));
}

function jsonCalls(rules: Rules, syntax: JsonCalls, oneOf: OneOf, parallel: boolean): string {
  const { parts, gap } = rules;
  const { builder, literal } = parts;
  const call = oneOf((tool) => jsonObject(rules, syntax, tool));
  const [fence, fenceEnd] = syntax.isFenced ? [literal('\n```json\n'), literal('\n```')] : ['', ''];
  const isFenceClose = syntax.isFenced && syntax.close === '```';
  const close = syntax.close === '' || isFenceClose ? '' : `${gap} ${literal(syntax.close)}`;
  const open = syntax.open === '' ? '' : `${literal(syntax.open)} ${fence === '' ? gap : fence}`;
  const comma = `${gap} "," ${gap}`;
  switch (syntax.list) {
    case 'array':
      return `${open} "[" ${gap} ${repeated(builder, call, comma, parallel)} ${gap} "]" ${fenceEnd} ${close}`;
    case 'lines':
      return `${open} ${repeated(builder, call, syntax.open === '' ? `";" ${gap}` : gap, parallel)} ${close}`;
    case 'none':
      return repeated(builder, builder.add('block', `${open} ${call} ${close}`), gap, parallel && syntax.close !== '');
    default:
      return syntax.list satisfies never;
  }
}

function jsonObject(rules: Rules, syntax: JsonCalls, tool: ToolDefinition): string {
  const { parts, gap } = rules;
  const { literal } = parts;
  const value = addArguments(rules, tool);
  const key = (name: string) => `${literal(JSON.stringify(name))} ":" ${gap}`;
  if (syntax.nameIsKey) return `"{" ${gap} ${key(tool.name)} ${value} ${gap} "}"`;
  const id =
    syntax.idKey !== undefined && syntax.idForm !== undefined
      ? `${key(syntax.idKey)} "\\"" ${syntax.idForm} "\\""`
      : '';
  const comma = `"," ${gap}`;
  const members = [
    `${key(syntax.nameKey)} ${literal(JSON.stringify(tool.name))}`,
    `${key(syntax.argumentsKey)} ${value}`,
  ];
  if (id !== '') members[syntax.idComesFirst ? 'unshift' : 'push'](id);
  return `"{" ${gap} ${members.join(` ${comma} `)} ${gap} "}"`;
}

function namedCall(rules: Rules, syntax: NamedCall, tool: ToolDefinition): string {
  const { literal } = rules.parts;
  const name = literal(tool.name);
  const form = syntax.idForm ?? '';
  const dressed = syntax.nameStyle === 'indexed' ? `"functions." ${name} ":" ${form}` : name;
  const before = syntax.afterId === undefined ? '' : `${form} ${literal(syntax.afterId)}`;
  const separator = syntax.separator[0] ?? '';
  const value = syntax.quote === undefined ? addArguments(rules, tool) : quotedArguments(rules, tool, syntax.quote);
  const fenced = syntax.isFenced ? `"\`\`\`json\\n" ${value} "\\n\`\`\`"` : value;
  const between = separator === '{' ? '' : literal(separator);
  return [
    literal(syntax.open),
    before,
    dressed,
    between,
    fenced,
    syntax.close === '' ? '' : literal(syntax.close),
  ].join(' ');
}

/** A message for each call, its arguments JSON (harmony). */
function addMessages(rules: Rules, format: OutputFormat, oneOf: OneOf, parallel: boolean): string {
  const { builder, literal } = rules.parts;
  const { messages } = format;
  if (!messages) return '""';
  const end = messages.ends.at(-1) ?? '';
  const call = oneOf((tool) => {
    const header = `${messages.channel ?? ''}${messages.callChannel ?? ''} to=${messages.callPrefix ?? ''}${tool.name} `;
    return `${literal(header)} ${literal(`<|constrain|>json${messages.body}`)} ${addArguments(rules, tool)} ${literal(end)}`;
  });
  return repeated(builder, call, literal(`${messages.start}assistant`), parallel);
}

/** A message for each call, its arguments tagged. */
function addressed(rules: Rules, format: OutputFormat, syntax: TaggedCall, oneOf: OneOf, parallel: boolean): string {
  const { builder, literal } = rules.parts;
  const { messages } = format;
  if (!messages || !syntax.section) return '""';
  const { section } = syntax;
  const call = oneOf(
    (tool) =>
      `${literal(` to=${tool.name}${messages.body}${section.open}`)} ${rules.gap} ${taggedCall(rules, syntax, tool)} ${rules.gap} ${literal(section.close)}`,
  );
  return repeated(builder, call, literal(`${messages.ends[0] ?? ''}${messages.start}assistant`), parallel);
}
