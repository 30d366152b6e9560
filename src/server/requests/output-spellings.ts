import type { OutputConstraint } from '../../api/internal/engine-request.ts';
import type { StructuredOutputFields } from '../../api/structured-output.ts';
import { invalidValue, ManifoldError } from '../../errors.ts';
import { readSchemaText } from './read-schema-text.ts';

/** Of all choices together. */
const mostCharacters = 256 * 1024;

interface Parts {
  readonly json?: string | Record<string, unknown> | undefined;
  readonly regex?: string | undefined;
  readonly choice?: string[] | undefined;
  readonly grammar?: string | undefined;
}

/** What the members of one object ask for; `prefix` is what a client writes before them. */
export function outputOfParts({ json, regex, choice, grammar }: Parts, prefix: string): OutputConstraint[] {
  const found: OutputConstraint[] = [];
  if (json !== undefined) {
    const param = `${prefix}json`;
    const schema = typeof json === 'string' ? readSchemaText(json, param) : json;
    found.push({ kind: 'json', schema, isStrict: true, param });
  }
  if (regex !== undefined) found.push({ kind: 'regex', pattern: regex, param: `${prefix}regex` });
  if (choice !== undefined) {
    const seen = new Set<string>();
    const twice = choice.findIndex((each) => seen.size === seen.add(each).size);
    if (twice >= 0)
      throw invalidValue(`${prefix}choice[${twice}]`, 'this choice is in the list twice. Leave it out here.');
    if (choice.reduce((sum, each) => sum + each.length, 0) > mostCharacters) {
      throw invalidValue(`${prefix}choice`, `the choices together are longer than ${mostCharacters} characters.`);
    }
    found.push({ kind: 'choice', choices: choice, param: `${prefix}choice` });
  }
  if (grammar !== undefined) found.push({ kind: 'grammar', grammar, param: `${prefix}grammar` });
  return found;
}

export function outputOfFormat(format: StructuredOutputFields['response_format']): OutputConstraint[] {
  if (format === undefined) return [];
  const { type, json_schema: named, schema } = format;
  if (named !== undefined && type !== 'json_schema') {
    throw invalidValue('response_format.json_schema', 'it needs the type `json_schema`.');
  }
  if (schema !== undefined && type !== 'json_object') {
    throw invalidValue(
      'response_format.schema',
      'a schema here needs the type `json_object`; or use `json_schema.schema`.',
    );
  }
  switch (type) {
    case 'text':
      return [];
    case 'json_object': {
      if (schema === undefined) return [anyObject('response_format')];
      return [{ kind: 'json', schema, isStrict: false, param: 'response_format.schema' }];
    }
    case 'json_schema': {
      const param = 'response_format.json_schema';
      if (named === undefined) {
        throw new ManifoldError('missing_required_parameter', `\`${param}\`: This field is required.`, { param });
      }
      if (named.schema === undefined) return [anyObject(param)];
      return [{ kind: 'json', schema: named.schema, isStrict: named.strict ?? false, param: `${param}.schema` }];
    }
    default:
      return type satisfies never;
  }
}

export function anyObject(param: string): OutputConstraint {
  return { kind: 'json', isStrict: false, param };
}
