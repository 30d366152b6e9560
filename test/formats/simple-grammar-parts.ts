import { typesOf, type Schema } from '../../src/formats/answer/parameter-type.ts';
import { RequestBudget } from '../../src/formats/grammar/limits.ts';
import type { GrammarParts } from '../../src/formats/call-rules/rules.ts';

/** Parts of a grammar that know just enough for tests of calls: types, properties and items of a schema. */
export function createSimpleParts(): GrammarParts {
  const bodies = new Map<string, string>();
  const names = new Map<string, string>();
  const add = (wanted: string, body: string): string => {
    const known = names.get(body);
    if (known !== undefined) return known;
    const name = `${wanted.replaceAll(/[^\w]/g, '-').replaceAll('_', '-')}-${bodies.size}`;
    bodies.set(name, body);
    names.set(body, name);
    return name;
  };
  const json = (schema: Schema, root: Schema): string => {
    const types = [...typesOf(schema, root)];
    return add('json', (types.length > 0 ? types : ['string']).map((type) => jsonOf(type, schema, root)).join(' | '));
  };
  const jsonOf = (type: string, schema: Schema, root: Schema): string => {
    const choices = Array.isArray(schema['enum']) ? (schema['enum'] as unknown[]) : [];
    if (choices.length > 0) return choices.map((value) => literal(JSON.stringify(value))).join(' | ');
    if (type === 'string') return String.raw`"\"" [a-z<>{}' 🐟]{0,8} "\""`;
    if (type === 'array') return `"[" ${json((schema['items'] ?? {}) as Schema, root)} "]" | "[]"`;
    if (type !== 'object')
      return { integer: '[0-9]', number: '[0-9] "." [0-9]', boolean: '"true" | "false"' }[type] ?? '"null"';
    const members = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>);
    const body = members
      .map(([key, inner]) => `${literal(`${JSON.stringify(key)}: `)} ${json(inner, root)}`)
      .join(' ", " ');
    return `"{" ${body} "}"`;
  };
  return {
    builder: {
      add,
      build: (root) => [`root ::= ${root}`, ...[...bodies].map(([name, body]) => `${name} ::= ${body}`)].join('\n'),
    },
    literal,
    addJson: (places, root) => ({
      rule: json(Object.assign({}, ...places.map(({ schema }) => schema)) as Schema, root),
      relaxed: [],
    }),
    budget: new RequestBudget(),
    addTextUntil: (stop) => add('text', stop.includes('\n') ? '[a-z .]*' : String.raw`[a-z .,{}"\n🐟]*`),
  };
}

function literal(text: string): string {
  return `"${text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', String.raw`\"`)
    .replaceAll('\n', String.raw`\n`)}"`;
}
