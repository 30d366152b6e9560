import { itemsOf, typesOf, type Schema } from '../answer/parameter-type.ts';
import type { ToolDefinition } from '../tool-definition.ts';
import { addSchema, propertiesOf, separated, type Rules } from './rules.ts';

/** Deeper values are left empty: a schema may go on for ever. */
const deepest = 8;

/** Arguments whose strings stand between marks of their own and whose keys stand without quotes. */
export function quotedArguments(rules: Rules, tool: ToolDefinition, quote: string): string {
  return quotedObject(rules, tool.parameters ?? {}, { root: tool.parameters ?? {}, quote, path: '' }, 0);
}

interface Place {
  readonly root: Schema;
  readonly quote: string;
  readonly path: string;
}

function quotedObject(rules: Rules, schema: Schema, place: Place, depth: number): string {
  const members = propertiesOf(schema, place.root).map(({ key, schema: inner, isRequired }) => {
    const value = quotedValue(rules, inner, { ...place, path: `${place.path}/properties/${key}` }, depth + 1);
    return { body: `${rules.parts.literal(`${key}:`)} ${value}`, isRequired };
  });
  return `"{" ${separated(rules.parts.builder, members, '","')} "}"`;
}

function quotedValue(rules: Rules, schema: Schema, place: Place, depth: number): string {
  const { builder, literal, addTextUntil } = rules.parts;
  const { root, quote, path } = place;
  const known = typesOf(schema, root);
  const types = known.size > 0 ? [...known] : ['string', 'number', 'boolean'];
  const options = types.map((type) => {
    if (type === 'string') {
      const values: unknown[] = Array.isArray(schema['enum'])
        ? schema['enum']
        : 'const' in schema
          ? [schema['const']]
          : [];
      const texts = values.filter((value) => typeof value === 'string');
      for (const keyword of ['pattern', 'minLength', 'maxLength', 'format'])
        if (keyword in schema) rules.relaxed.push({ keyword, path });
      const text = texts.length > 0 ? builder.add('text', texts.map(literal).join(' | ')) : addTextUntil(quote);
      return `${literal(quote)} ${text} ${literal(quote)}`;
    }
    if (depth > deepest && (type === 'object' || type === 'array')) {
      rules.relaxed.push({ keyword: 'type', path });
      return type === 'object' ? '"{}"' : '"[]"';
    }
    if (type === 'object') return quotedObject(rules, schema, place, depth);
    if (type === 'array') {
      for (const keyword of ['minItems', 'maxItems', 'uniqueItems'])
        if (keyword in schema) rules.relaxed.push({ keyword, path });
      const item = quotedValue(rules, itemsOf(schema) ?? {}, { ...place, path: `${path}/items` }, depth + 1);
      const next = builder.add('item', `"," ${item}`);
      return builder.add('list', `"[" ${item} ${next}* "]" | "[]"`);
    }
    return addSchema(rules, onlyOfType(schema, type), `${type}-value`);
  });
  return builder.add('value', options.join(' | '));
}

/** A schema's part for one type, where its values of other types are spelled otherwise. */
function onlyOfType(schema: Schema, type: string): Schema {
  const { enum: values, anyOf: _anyOf, oneOf: _oneOf, allOf: _allOf, $ref: _reference, ...rest } = schema;
  const fitting = Array.isArray(values)
    ? (values as unknown[]).filter(
        (value) => (value === null ? 'null' : typeof value) === (type === 'integer' ? 'number' : type),
      )
    : [];
  return { ...rest, type, ...(fitting.length > 0 && { enum: fitting }) };
}
