import type { PythonCalls } from '../output-format.ts';
import { addSchema, propertiesOf, repeated, separated, type OneOf, type Rules } from './rules.ts';

export function pythonCalls(rules: Rules, syntax: PythonCalls, oneOf: OneOf, parallel: boolean): string {
  const { builder, literal } = rules.parts;
  const call = oneOf((tool) => {
    const pieces = propertiesOf(tool.parameters ?? {}, tool.parameters ?? {}).map(({ key, schema, isRequired }) => ({
      body: `${literal(`${key}=`)} ${addSchema(rules, schema, `${tool.name}-${key}`)}`,
      isRequired,
    }));
    return `${literal(`${tool.name}(`)} ${separated(builder, pieces, '", "')} ")"`;
  });
  const list = `"[" ${repeated(builder, call, '", "', parallel)} "]"`;
  return [syntax.open === '' ? '' : literal(syntax.open), list, syntax.close === '' ? '' : literal(syntax.close)].join(
    ' ',
  );
}
