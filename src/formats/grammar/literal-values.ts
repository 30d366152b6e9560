import { addColon, addComma, addSpace } from './json-text.ts';
import type { GrammarBuilder } from './grammar-builder.ts';
import { literal } from './literal.ts';
import { addWordTree } from './word-tree.ts';
import { isObject, type Branch, type Translation } from './schema-node.ts';

/** From so many on, strings are a tree of characters. */
const manyStrings = 12;

/** Exactly these values, objects and arrays with the white space that others have. */
export function literalValues(values: readonly unknown[], translation: Translation): Branch {
  const { builder } = translation;
  const strings = values.filter((value) => typeof value === 'string');
  const isTree = strings.length >= manyStrings;
  const listed = isTree ? values.filter((value) => typeof value !== 'string') : values;
  const bodies = new Set(listed.map((value) => literalValue(builder, value)));
  if (isTree) {
    const texts = strings.map((value) => JSON.stringify(value));
    bodies.add(addWordTree(builder, texts, translation.budget));
  }
  return { body: [...bodies].join(' | '), needs: [] };
}

/** The depth of recursion is that of the schema, which is bounded. */
function literalValue(builder: GrammarBuilder, value: unknown): string {
  const [space, comma] = [addSpace(builder), addComma(builder)];
  if (Array.isArray(value)) {
    const items = value.map((item) => literalValue(builder, item)).join(` ${comma} `);
    return items === '' ? `"[" ${space} "]"` : `"[" ${space} ${items} ${space} "]"`;
  }
  if (isObject(value)) {
    const colon = addColon(builder);
    const members = Object.entries(value).map(
      ([name, member]) => `${literal(JSON.stringify(name))} ${colon} ${literalValue(builder, member)}`,
    );
    return members.length === 0 ? '"{}"' : `"{" ${space} ${members.join(` ${comma} `)} ${space} "}"`;
  }
  return literal(JSON.stringify(value));
}
