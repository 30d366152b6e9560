import type { Schema } from '../answer/parameter-type.ts';
import type { TaggedCall } from '../output-format.ts';
import type { ToolDefinition } from '../tool-definition.ts';
import { addSchema, propertiesOf, type Rules } from './rules.ts';

export function taggedCall(rules: Rules, syntax: TaggedCall, tool: ToolDefinition): string {
  const { gap, parts } = rules;
  const { builder, literal } = parts;
  const attributes = (text: string) => (syntax.attributesEnd === undefined ? '' : literal(text));
  const properties = propertiesOf(tool.parameters ?? {}, tool.parameters ?? {}).map(
    ({ key, schema, isRequired, types }) => {
      const isText = types.size === 1 && types.has('string');
      const type =
        syntax.attributesEnd === '>'
          ? ` string="${isText}">`
          : ` type="${isText ? 'string' : 'object'}"${syntax.attributesEnd ?? ''}`;
      const open = `${literal(syntax.parameterOpen + key + syntax.keyEnd)} ${attributes(type)}`;
      const value = textOrJson(rules, schema, types, `${tool.name}-${key}`, syntax.valueClose);
      const body = `${open} ${syntax.valueOpen === undefined ? '' : `${gap} ${literal(syntax.valueOpen)}`} ${value} ${literal(syntax.valueClose)} ${gap}`;
      return `${builder.add(`argument-${key}`, body)}${isRequired ? '' : '?'}`;
    },
  );
  const end = syntax.nameEnd === undefined ? '' : literal(syntax.nameEnd);
  return [
    literal(syntax.open + tool.name),
    end,
    attributes(syntax.attributesEnd ?? ''),
    gap,
    ...properties,
    literal(syntax.close),
  ].join(' ');
}

/** A string as plain text up to its closing mark, or JSON, which may have lines of its own. */
export function textOrJson(
  rules: Rules,
  schema: Schema,
  types: ReadonlySet<string>,
  name: string,
  close: string,
): string {
  const { builder, addTextUntil, literal } = rules.parts;
  const values: unknown[] = Array.isArray(schema['enum']) ? schema['enum'] : 'const' in schema ? [schema['const']] : [];
  if (types.size === 1 && types.has('string')) {
    const texts = values.filter((value) => typeof value === 'string');
    if (texts.length > 0) return builder.add(`value-${name}`, texts.map(literal).join(' | '));
    for (const keyword of ['pattern', 'minLength', 'maxLength', 'format'])
      if (keyword in schema) rules.relaxed.push({ keyword, path: `/properties/${name}` });
    return addTextUntil(close);
  }
  const json = addSchema(rules, schema, name);
  return builder.add('lined', `${json} | "\\n" ${json} "\\n"`);
}
