import { isAboutTypes, type Type } from './types.ts';
import type { Nodes, Translation } from './schema-node.ts';

/** Keywords that ask nothing of a value (2020-12 core and its annotations, OpenAPI 3), or are followed elsewhere. */
const silent: ReadonlySet<string> = new Set(
  [
    'title description default examples example deprecated readOnly writeOnly $comment',
    '$schema $id id $anchor $dynamicAnchor $recursiveAnchor $vocabulary $defs definitions',
    'contentMediaType contentEncoding contentSchema discriminator externalDocs xml strict components',
    'markdownDescription enumNames enumDescriptions errorMessage propertyOrdering',
    '$ref $dynamicRef $recursiveRef allOf anyOf oneOf type enum const nullable format',
    'pattern minLength maxLength minimum maximum exclusiveMinimum exclusiveMaximum multipleOf',
    'items prefixItems additionalItems minItems maxItems unevaluatedItems then else minContains maxContains',
    'properties required additionalProperties patternProperties propertyNames minProperties maxProperties',
    'unevaluatedProperties',
  ].flatMap((line) => line.split(' ')),
);

/** Keywords that a grammar cannot enforce, and the type that they speak of. */
const relaxedOf: Readonly<Record<string, Type>> = {
  contains: 'array',
  uniqueItems: 'array',
  dependentRequired: 'object',
  dependentSchemas: 'object',
  dependencies: 'object',
};

/** Notes the keywords of some nodes that a grammar for values of these types does not enforce. */
export function relaxKeywords(nodes: Nodes, types: readonly Type[], translation: Translation): void {
  for (const { schema, path } of nodes) {
    for (const [keyword, value] of Object.entries(schema)) {
      if (silent.has(keyword) || keyword.startsWith('x-')) continue;
      const type = Object.hasOwn(relaxedOf, keyword) ? relaxedOf[keyword] : undefined;
      if (type !== undefined && !types.includes(type)) continue;
      if (keyword === 'uniqueItems' && value !== true) continue;
      if (keyword === 'not' && (value === false || isAboutTypes(value))) continue;
      if (keyword === 'if' && !('then' in schema) && !('else' in schema)) continue;
      translation.relax(keyword, path);
    }
  }
}
