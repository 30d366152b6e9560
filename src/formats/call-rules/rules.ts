import { propertyOf, typesOf, type Schema } from '../answer/parameter-type.ts';
import type { ToolDefinition } from '../tool-definition.ts';

export interface Relaxed {
  readonly keyword: string;
  readonly path: string;
}

/** The same, and of which tool's schema. */
export interface RelaxedInTool extends Relaxed {
  readonly tool: string;
}

export interface RuleCollector {
  add(name: string, body: string): string;
  build(root: string): string;
}

/** What grammars are made of: the builder, and what adds rules to it for JSON of a schema and for text up to a mark. */
export interface GrammarParts {
  readonly builder: RuleCollector;
  readonly literal: (text: string) => string;
  readonly addJsonSchema: (schema: Schema, name: string) => { rule: string; relaxed: readonly Relaxed[] };
  readonly addTextUntil: (stop: string) => string;
}

export interface Rules {
  readonly parts: GrammarParts;
  readonly relaxed: Relaxed[];
  /** White space a family may write between marks. */
  readonly gap: string;
}

/** Adds the rule for a call of any offered tool, each as it is spelled. */
export type OneOf = (spell: (tool: ToolDefinition) => string) => string;

/** The rule for white space that a family may write beside marks, or a model after a call. */
export function addGap(builder: RuleCollector): string {
  return builder.add('gap', '[ \\n]{0,3}');
}

export function repeated(builder: RuleCollector, call: string, separator: string, parallel: boolean): string {
  return parallel ? `${call} ${builder.add('next', `${separator} ${call}`)}*` : call;
}

/** Members in order, the optional ones left out or not, with separators between those that are there. */
export function separated(
  builder: RuleCollector,
  members: readonly { body: string; isRequired: boolean }[],
  separator: string,
): string {
  const required = members.filter(({ isRequired }) => isRequired).map(({ body }) => builder.add('member', body));
  const optional = members.filter(({ isRequired }) => !isRequired).map(({ body }) => builder.add('member', body));
  const rest = optional.map((rule) => `${builder.add('more', `${separator} ${rule}`)}?`);
  if (required.length > 0) return [required.join(` ${separator} `), ...rest].join(' ');
  const starts = optional.map((rule, at) => [rule, ...rest.slice(at + 1)].join(' '));
  return optional.length === 0 ? '' : builder.add('members', [...starts, '""'].join(' | '));
}

export function addArguments(rules: Rules, tool: ToolDefinition): string {
  return addSchema(
    rules,
    { properties: {}, additionalProperties: false, ...tool.parameters, type: 'object' },
    `${tool.name}-arguments`,
  );
}

export function addSchema({ parts, relaxed }: Rules, schema: Schema, name: string): string {
  const added = parts.addJsonSchema(schema, name);
  relaxed.push(...added.relaxed);
  return added.rule;
}

/** The properties a schema names, each with the definitions its references may need. */
export function propertiesOf(owner: Schema, root: Schema) {
  const required: unknown = owner['required'];
  const isRequired = (key: string) => Array.isArray(required) && required.includes(key);
  const definitions = Object.fromEntries(
    Object.entries(root).filter(([key]) => key === '$defs' || key === 'definitions'),
  );
  const keys = Object.keys(owner['properties'] ?? {});
  return keys.map((key) => {
    // References point into the whole, so that its definitions go along.
    const schema = { ...definitions, ...propertyOf(owner, key) };
    return { key, schema, isRequired: isRequired(key), types: typesOf(schema, root) };
  });
}
