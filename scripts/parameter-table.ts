import { parameterRoutes } from '../src/api/parameter-routes.ts';
import { engineKinds, type ParameterTable } from '../src/api/support-row.ts';
import { markdownTable } from './markdown-table.ts';

/** What docs/parameters.md says before its tables. */
const introduction = `# Parameters

What each kind of engine makes of the parameters of
${listed(parameterRoutes.map(({ path }) => `[${path}](#post-${path.replaceAll('/', '')})`))}.
Made from the tables in [src/api](../src/api) by \`npm run generate\`; a test sends every example to a live server.

- **honoured**: it does what it says.
- **emulated**: in another way, or less strictly; \`x-manifold-emulated\` names it.
- **refused**: a 400 names it.

A field that is not in a route's table is left out and named in \`x-manifold-ignored\`, and so is what a field holds beside its
own members: \`messages.content.cache_control\`. What \`structured_outputs\` and \`nvext\` hold beside theirs is refused.
`;

function listed(names: readonly string[]): string {
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** What keeps the tables from being whole, in words that say what to do; empty when nothing does. */
export function tableProblems(): string[] {
  return parameterRoutes.flatMap(({ file, table, accepted: taken, refused }) => {
    const accepted = Object.keys(taken);
    const later = Object.keys(refused).filter((name) => !Object.hasOwn(taken, name));
    const known = new Set([...accepted, ...later]);
    const isRefused = (name: string) => Object.values(table[name]?.support ?? {}).every((s) => s === 'refused');
    const isRow = (name: string) => Object.hasOwn(table, name);
    return [
      ...[...known]
        .filter((name) => !isRow(name))
        .map(
          (name) => `\`${name}\` has no row in src/api/${file}. Add one: an example, and a sentence on what it does.`,
        ),
      ...Object.keys(table)
        .filter((name) => !known.has(name))
        .map(
          (name) => `\`${name}\` has a row in src/api/${file} and is no parameter. Remove the row, or add the field.`,
        ),
      ...accepted
        .filter((name) => isRow(name) && isRefused(name))
        .map(
          (name) => `\`${name}\` is in the request's schema, and src/api/${file} says refused. Say what it does now.`,
        ),
      ...later
        .filter((name) => isRow(name) && !isRefused(name))
        .map((name) => `\`${name}\` is refused by the route, and src/api/${file} says otherwise.`),
    ];
  });
}

/** The page. */
export function parameterPage(): string {
  const sections = parameterRoutes.map(({ path, table }) => `## \`POST ${path}\`\n\n${tableText(table)}`);
  return [introduction, ...sections].join('\n');
}

function tableText(table: ParameterTable): string {
  const rows = Object.entries(table)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { support, note }]) => [`\`${name}\``, ...engineKinds.map((kind) => support[kind]), note]);
  return markdownTable(['parameter', ...engineKinds, ''], rows);
}
