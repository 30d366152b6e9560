import { typesOf } from '../answer/parameter-type.ts';
import { UnsupportedSchema } from '../grammar/unsupported-schema.ts';
import { addSchema, oneBody, relax, ways, type Rules } from './rules.ts';
import type { Parameter, Way } from './ways.ts';

/** Whether a parameter is a string and nothing else: readers take its text as it stands. */
export function isText({ schema, root }: Parameter): boolean {
  const types = typesOf(schema, root);
  return types.size === 1 && types.has('string');
}

/** Up to which mark a text stands, and how one that is listed is spelled where that is not as it is. */
interface Spelling {
  readonly close: string;
  readonly spelled?: (text: string) => string;
}

/** A string as plain text up to its closing mark, or JSON, which may have lines of its own. */
export function textOrJson(rules: Rules, parameter: Parameter, name: string, spelling: Spelling): string {
  const { builder } = rules.parts;
  if (isText(parameter)) {
    return oneBody(
      rules,
      ways(rules, parameter).map((way) => plainText(rules, way, spelling)),
      `value-${name}`,
    );
  }
  const json = addSchema(rules, parameter, name);
  return builder.add('lined', `${json} | "\\n" ${json} "\\n"`);
}

/** One of the texts that a way to write a string lists, or any up to a mark. */
export function plainText(rules: Rules, way: Way, { close, spelled = (text) => text }: Spelling): string {
  const { builder, addTextUntil, literal } = rules.parts;
  const { const: constant, enum: values } = way.schema;
  const listed = 'const' in way.schema ? [constant] : Array.isArray(values) ? (values as unknown[]) : undefined;
  relax(rules, way, ['not', 'if', 'pattern', 'minLength', 'maxLength', 'format']);
  if (listed === undefined) return addTextUntil(close);
  const texts = listed.filter((value) => typeof value === 'string');
  if (texts.length === 0) throw new UnsupportedSchema('enum', way.path, 'none of its values is a string.');
  return builder.add('text', texts.map((each) => literal(spelled(each))).join(' | '));
}
