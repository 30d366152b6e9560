import { isObject } from '../../lib/is-object.ts';
import { addColon, addComma, addSpace } from './json-text.ts';
import { literal } from './literal.ts';
import { addWordTree } from './word-tree.ts';
import type { Branch, Translation } from './schema-node.ts';

/** From so many on, strings are a tree of characters. */
const manyStrings = 12;

/** Exactly these values, objects and arrays with the white space that others have. */
export function literalValues(values: readonly unknown[], translation: Translation): Branch {
  const { builder } = translation;
  const strings = values.filter((value) => typeof value === 'string');
  const isTree = strings.length >= manyStrings;
  const listed = isTree ? values.filter((value) => typeof value !== 'string') : values;
  const marks = { space: addSpace(builder), comma: addComma(builder), colon: addColon(builder), translation };
  const bodies = new Set(listed.map((value) => literalValue(value, marks)));
  if (isTree) {
    const texts = strings.map((value) => JSON.stringify(value));
    bodies.add(addWordTree(builder, texts, translation.budget));
  }
  return { body: [...bodies].join(' | '), needs: [] };
}

/** The rules that stand between the parts of objects and arrays. */
interface Marks {
  readonly space: string;
  readonly comma: string;
  readonly colon: string;
  readonly translation: Translation;
}

/** The depth of recursion is that of the schema, which is bounded. */
function literalValue(value: unknown, marks: Marks): string {
  const { space, comma, colon, translation } = marks;
  translation.budget.spend(10);
  if (Array.isArray(value)) {
    const items = value.map((item) => literalValue(item, marks)).join(` ${comma} `);
    return items === '' ? `"[" ${space} "]"` : `"[" ${space} ${items} ${space} "]"`;
  }
  if (isObject(value)) {
    const members = Object.entries(value).map(
      ([name, member]) => `${literal(JSON.stringify(name))} ${colon} ${literalValue(member, marks)}`,
    );
    return members.length === 0 ? '"{}"' : `"{" ${space} ${members.join(` ${comma} `)} ${space} "}"`;
  }
  return literal(JSON.stringify(value));
}
