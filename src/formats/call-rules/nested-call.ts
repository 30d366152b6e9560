import { itemsOf, typesOf, type Schema } from '../answer/parameter-type.ts';
import type { NestedCall } from '../output-format.ts';
import type { ToolDefinition } from '../tool-definition.ts';
import { propertiesOf, type Rules } from './rules.ts';
import { textOrJson } from './tagged-call.ts';

/** Deeper elements are left empty: a schema may go on for ever. */
const deepest = 8;

/** A call whose arguments are nested elements. */
export function nestedCall(rules: Rules, syntax: NestedCall, tool: ToolDefinition): string {
  const { literal } = rules.parts;
  const root = tool.parameters ?? {};
  return [
    literal(syntax.open + tool.name + syntax.nameEnd),
    elements(rules, syntax, root, root, tool.name, 0),
    literal(syntax.close),
  ].join(' ');
}

/** An element for each property of a schema. */
function elements(rules: Rules, syntax: NestedCall, schema: Schema, root: Schema, name: string, depth: number): string {
  return propertiesOf(schema, root)
    .map(({ key, schema: inner, isRequired }) => {
      const body = element(rules, syntax, key, value(rules, syntax, inner, root, `${name}-${key}`, depth + 1));
      return `${rules.parts.builder.add(`argument-${key}`, body)}${isRequired ? '' : '?'}`;
    })
    .join(' ');
}

function value(rules: Rules, syntax: NestedCall, schema: Schema, root: Schema, name: string, depth: number): string {
  const types = typesOf(schema, root);
  const isDeep = types.has('object') || types.has('array');
  if (!isDeep) return textOrJson(rules, schema, types, name, syntax.prefix);
  if (types.size > 1 || depth > deepest) rules.relaxed.push({ keyword: 'type', path: name });
  if (depth > deepest) return '';
  if (types.has('object')) return elements(rules, syntax, schema, root, name, depth);
  for (const keyword of ['minItems', 'maxItems', 'uniqueItems'])
    if (keyword in schema) rules.relaxed.push({ keyword, path: name });
  const item = element(
    rules,
    syntax,
    syntax.item,
    value(rules, syntax, itemsOf(schema) ?? {}, root, `${name}-item`, depth + 1),
  );
  return `${rules.parts.builder.add('items', item)}*`;
}

function element({ parts: { literal } }: Rules, { prefix }: NestedCall, tag: string, body: string): string {
  return `${literal(`${prefix}<${tag}>`)} ${body} ${literal(`${prefix}</${tag}>`)}`;
}
