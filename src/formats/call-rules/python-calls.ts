import { spelledKey } from '../answer/transcode-value.ts';
import type { PythonCalls } from '../output-format.ts';
import {
  addSchema,
  oneBody,
  parametersOf,
  propertiesOf,
  repeated,
  separated,
  ways,
  type OneOf,
  type Rules,
} from './rules.ts';

export function pythonCalls(rules: Rules, syntax: PythonCalls, oneOf: OneOf, parallel: boolean): string {
  const { builder, literal } = rules.parts;
  const call = oneOf((tool) => {
    const bodies = ways(rules, parametersOf(tool)).map((way) => {
      const pieces = propertiesOf(rules, way).map(({ key, parameter, isRequired }) => ({
        body: `${literal(`${spelledKey(key)}=`)} ${addSchema(rules, parameter, `${tool.name}-${key}`)}`,
        isRequired,
      }));
      return separated(builder, pieces, '", "');
    });
    return `${literal(`${tool.name}(`)} ${oneBody(rules, bodies, 'keywords')} ")"`;
  });
  const list = `"[" ${repeated(builder, call, '", "', parallel)} "]"`;
  return [syntax.open === '' ? '' : literal(syntax.open), list, syntax.close === '' ? '' : literal(syntax.close)].join(
    ' ',
  );
}
