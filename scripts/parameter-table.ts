import { chatCompletionRequest } from '../src/api/chat-completion-request.ts';
import { laterParameters } from '../src/api/later-parameters.ts';
import { engineKinds, parameterSupport } from '../src/api/parameter-support.ts';

/** What docs/parameters.md says before its table. */
const introduction = `# Parameters

What each kind of engine makes of the parameters of \`POST /v1/chat/completions\`. Made from
[src/api/parameter-support.ts](../src/api/parameter-support.ts) by \`npm run generate\`; a test sends every example to a
live server.

- **honoured**: it does what it says.
- **emulated**: in another way, or less strictly; \`x-manifold-emulated\` names it.
- **refused**: a 400 names it.

A field that is not in the table is left out and named in \`x-manifold-ignored\`.
`;

/** What keeps the table from being whole, in words that say what to do; empty when nothing does. */
export function tableProblems(): string[] {
  const file = 'src/api/parameter-support.ts';
  const accepted = Object.keys(chatCompletionRequest.shape);
  const later = Object.keys(laterParameters);
  const known = new Set([...accepted, ...later]);
  const isRefused = (name: string) =>
    Object.values(parameterSupport[name]?.support ?? {}).every((s) => s === 'refused');
  const isRow = (name: string) => Object.hasOwn(parameterSupport, name);
  return [
    ...[...known]
      .filter((name) => !isRow(name))
      .map((name) => `\`${name}\` has no row in ${file}. Add one: an example, and a sentence on what it does.`),
    ...Object.keys(parameterSupport)
      .filter((name) => !known.has(name))
      .map((name) => `\`${name}\` has a row in ${file} and is no parameter. Remove the row, or add the field.`),
    ...accepted
      .filter((name) => isRow(name) && isRefused(name))
      .map((name) => `\`${name}\` is in the request's schema, and ${file} says refused. Say what it does now.`),
    ...later
      .filter((name) => isRow(name) && !isRefused(name))
      .map((name) => `\`${name}\` is refused by src/api/later-parameters.ts, and ${file} says otherwise.`),
  ];
}

/** The page, its columns padded as the formatter does it. */
export function parameterTable(): string {
  const rows = Object.entries(parameterSupport)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { support, note }]) => [`\`${name}\``, ...engineKinds.map((kind) => support[kind]), note]);
  const header = ['parameter', ...engineKinds, ''];
  const widths = header.map((title, at) => Math.max(3, title.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  const rule = line(widths.map((width) => '-'.repeat(width)));
  return `${introduction}\n${[line(header), rule, ...rows.map(line)].join('\n')}\n`;
}
