import { typesOf } from '../answer/parameter-type.ts';
import type { NestedCall } from '../output-format.ts';
import type { ToolDefinition } from '../tool-definition.ts';
import { textOrJson } from './plain-text.ts';
import { itemOf, oneBody, parametersOf, propertiesOf, ways, type Rules } from './rules.ts';
import type { Parameter, Way } from './ways.ts';

/** Deeper elements are left empty: a schema may go on for ever. */
const deepest = 8;

/** A call whose arguments are nested elements. */
export function nestedCall(rules: Rules, syntax: NestedCall, tool: ToolDefinition): string {
  const { literal } = rules.parts;
  const bodies = ways(rules, parametersOf(tool)).map((way) => elements(rules, syntax, way, tool.name, 0));
  return [
    literal(syntax.open + tool.name + syntax.nameEnd),
    oneBody(rules, bodies, 'arguments'),
    literal(syntax.close),
  ].join(' ');
}

/** An element for each property of an object. */
function elements(rules: Rules, syntax: NestedCall, way: Way, name: string, depth: number): string {
  return propertiesOf(rules, way)
    .map(({ key, parameter, isRequired }) => {
      const body = element(rules, syntax, key, value(rules, syntax, parameter, `${name}-${key}`, depth + 1));
      return `${rules.parts.builder.add(`argument-${key}`, body)}${isRequired ? '' : '?'}`;
    })
    .join(' ');
}

function value(rules: Rules, syntax: NestedCall, parameter: Parameter, name: string, depth: number): string {
  const types = typesOf(parameter.schema, parameter.root);
  const isDeep = types.has('object') || types.has('array');
  if (!isDeep) return textOrJson(rules, parameter, name, { close: syntax.prefix });
  // Elements are told from text, but objects are not told from lists where both are empty, nor either from empty text.
  const isAmbiguous = types.has('string') || (types.has('object') && types.has('array'));
  if (isAmbiguous || depth > deepest) rules.relaxed.push({ keyword: 'type', path: `${parameter.path}/type` });
  if (depth > deepest) return '';
  const bodies = ways(rules, parameter).flatMap((way) =>
    [...typesOf(way.schema, way.root)].map((type) => {
      if (type === 'object') return elements(rules, syntax, way, name, depth);
      if (type === 'array') return items(rules, syntax, way, name, depth);
      return textOrJson(rules, { ...way, schema: { ...way.schema, type } }, name, { close: syntax.prefix });
    }),
  );
  return oneBody(rules, bodies, 'element');
}

function items(rules: Rules, syntax: NestedCall, way: Way, name: string, depth: number): string {
  const each = itemOf(rules, way);
  if (each === undefined) return '';
  const item = element(rules, syntax, syntax.item, value(rules, syntax, each, `${name}-item`, depth + 1));
  return `${rules.parts.builder.add('items', item)}*`;
}

function element({ parts: { literal } }: Rules, { prefix }: NestedCall, tag: string, body: string): string {
  return `${literal(`${prefix}<${tag}>`)} ${body} ${literal(`${prefix}</${tag}>`)}`;
}
