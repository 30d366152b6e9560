import { typesOf } from '../answer/parameter-type.ts';
import { spelledKey } from '../answer/transcode-value.ts';
import { allTypes } from '../grammar/types.ts';
import { UnsupportedSchema } from '../grammar/unsupported-schema.ts';
import type { ToolDefinition } from '../tool-definition.ts';
import { plainText } from './plain-text.ts';
import { addSchema, itemOf, oneBody, parametersOf, propertiesOf, separated, ways, type Rules } from './rules.ts';
import type { Parameter, Way } from './ways.ts';

/** Deeper values are left empty: a schema may go on for ever. */
const deepest = 8;

/** Arguments whose strings stand between marks of their own and whose keys stand without quotes. */
export function quotedArguments(rules: Rules, tool: ToolDefinition, quote: string): string {
  const bodies = ways(rules, parametersOf(tool)).map((way) => quotedObject(rules, way, quote, 0));
  return oneBody(rules, bodies, 'arguments');
}

function quotedObject(rules: Rules, way: Way, quote: string, depth: number): string {
  const members = propertiesOf(rules, way).map(({ key, parameter, isRequired }) => ({
    body: `${rules.parts.literal(`${spelledKey(key)}:`)} ${quotedValue(rules, parameter, quote, depth + 1)}`,
    isRequired,
  }));
  return `"{" ${separated(rules.parts.builder, members, '","')} "}"`;
}

function quotedValue(rules: Rules, parameter: Parameter, quote: string, depth: number): string {
  const failures: UnsupportedSchema[] = [];
  const options = ways(rules, parameter).flatMap((way) => {
    const known = typesOf(way.schema, way.root);
    return [...(known.size > 0 ? known : ['string', 'number', 'boolean'])].flatMap((type) => {
      try {
        return [ofType(rules, way, parameter, { type, quote, depth })];
      } catch (failure) {
        if (!(failure instanceof UnsupportedSchema)) throw failure;
        failures.push(failure);
        return [];
      }
    });
  });
  if (options.length === 0 && failures[0] !== undefined) throw failures[0];
  return rules.parts.builder.add('value', [...new Set(options)].join(' | '));
}

interface Spelling {
  readonly type: string;
  readonly quote: string;
  readonly depth: number;
}

/** Values of one type. Those that are spelled as in JSON are held to all of the parameter. */
function ofType(rules: Rules, way: Way, parameter: Parameter, { type, quote, depth }: Spelling): string {
  const { builder, literal } = rules.parts;
  if (type === 'string') return `${literal(quote)} ${plainText(rules, way, { close: quote })} ${literal(quote)}`;
  if (type !== 'object' && type !== 'array') {
    const name = allTypes.find((known) => known === type);
    return addSchema(rules, parameter, `${type}-value`, name);
  }
  if (depth > deepest) {
    rules.relaxed.push({ keyword: 'type', path: `${way.path}/type` });
    return type === 'object' ? '"{}"' : '"[]"';
  }
  if (type === 'object') return quotedObject(rules, way, quote, depth);
  const each = itemOf(rules, way);
  if (each === undefined) return '"[]"';
  const item = quotedValue(rules, each, quote, depth + 1);
  const next = builder.add('item', `"," ${item}`);
  return builder.add('list', `"[" ${item} ${next}* "]" | "[]"`);
}
