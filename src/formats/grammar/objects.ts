import { addAutomaton } from './automaton-rules.ts';
import { addAnyObject, addAnyValue, addCharacter, addColon, spellInString } from './json-text.ts';
import { keysOf, type KeyGroup } from './object-keys.ts';
import { objectBody } from './object-body.ts';
import { countsOf, type Branch, type Nodes, type Translation } from './schema-node.ts';
import { UnsupportedSchema } from './unsupported-schema.ts';

/**
 * Objects: the declared properties in the order of their declaration, then others. Where the schema declares
 * properties and says nothing of others there are none, as in OpenAI's strict mode; what `required` names beyond
 * the declared is added to them. A key of the others may come twice, which `minProperties` cannot see.
 */
export function objects(nodes: Nodes, translation: Translation): Branch {
  const { builder } = translation;
  const counts = countsOf(nodes, 'minProperties', 'maxProperties');
  const { declared, others } = keysOf(nodes, counts.min, translation);
  if (declared.length === 0 && counts.min === 0 && counts.max === Infinity && isUnconstrained(others)) {
    return { body: addAnyObject(builder, addAnyValue(builder)), needs: [] };
  }
  const required = declared.filter(({ isRequired }) => isRequired);
  if (required.length > counts.max) {
    throw new UnsupportedSchema('maxProperties', counts.path, 'more properties are required than it permits.');
  }
  if (counts.min > declared.length && others.length === 0) {
    throw new UnsupportedSchema('minProperties', counts.path, 'the schema does not permit so many properties.');
  }
  if (counts.min > required.length && others.length > 0) translation.relax('minProperties', counts.path);
  const properties = declared.map(({ name, isRequired, places }) => ({
    name,
    isRequired,
    value: translation.ruleFor(places, name),
  }));
  const colon = addColon(builder);
  const extras = others.map(({ keys, places }) => {
    const key =
      keys === undefined
        ? builder.add('key-text', `${addCharacter(builder)}* "\\""`)
        : addAutomaton(builder, 'key-text', keys, { spell: spellInString(builder), end: '"\\""' });
    return `${key} ${colon} ${translation.ruleFor(places, 'extra')}`;
  });
  const body = objectBody({ properties, extras, counts }, translation);
  return { body, needs: properties.filter(({ isRequired }) => isRequired).map(({ value }) => value) };
}

function isUnconstrained(others: readonly KeyGroup[]): boolean {
  const [first] = others;
  return others.length === 1 && first !== undefined && first.keys === undefined && first.places.length === 0;
}
