import { confinedPackages, importTable, members } from './import-table.ts';
import type { ImportRow } from './import-table.ts';

interface RestrictedPattern {
  readonly regex: string;
  readonly message: string;
}

export interface LintOverride {
  readonly files: readonly string[];
  readonly rules: Readonly<Record<string, unknown>>;
}

/** The boundary overrides of `.oxlintrc.json`, one per row of the import table and one for what may import anything. */
export function lintBoundaries(): LintOverride[] {
  return [...importTable.map(rowOverride), ...freeFolders().map((files) => packagesOverride(files))];
}

function rowOverride(row: ImportRow): LintOverride {
  const own = row.files.map((glob) => memberOf(glob));
  // A row with several folders lists siblings that do not know each other, so each is closed to the others;
  // a folder reaches its own files without leaving itself, which the pattern does not match.
  const topOnly = row.mayImportTopOf ?? [];
  const closed = members.filter((member) => !row.mayImport.includes(member) && !topOnly.includes(member));
  const targets = [
    ...closed.map((member) => `${escape(member)}(?:/|\\.ts$)`),
    ...topOnly.map((member) => `${escape(member)}/[^/]+/`),
  ];
  const allowed =
    [...row.mayImport, ...topOnly.map((member) => `the top of ${member}`)].join(', ') || 'nothing of the project';
  const boundary: RestrictedPattern = {
    regex: `^(?:\\.\\./)+(?:${targets.join('|')})`,
    message: `${list(own)} may import ${allowed}: ${row.because}.`,
  };
  return restriction(row.files, [boundary, ...packagePatterns(own)]);
}

/** Folders without a row may import any folder, but packages stay confined. */
function freeFolders(): string[][] {
  return [['src/cli/**/*.ts', 'src/compose.ts', 'src/main.ts', 'src/index.ts']];
}

function packagesOverride(files: readonly string[]): LintOverride {
  return restriction(files, packagePatterns(files.map((glob) => memberOf(glob))));
}

function packagePatterns(own: readonly string[]): RestrictedPattern[] {
  return confinedPackages
    .filter(({ allowedIn }) => !own.some((member) => allowedIn.includes(member)))
    .map(({ name, allowedIn, because }) => ({
      regex: `^${escape(name)}(?:/|$)`,
      message: `\`${name}\` may be imported in src/${allowedIn.join(', src/')} only: ${because}.`,
    }));
}

function restriction(files: readonly string[], patterns: readonly RestrictedPattern[]): LintOverride {
  return { files, rules: { 'no-restricted-imports': ['error', { patterns }] } };
}

/** `src/server/**` → `server`; `src/errors.ts` → `errors`. */
function memberOf(glob: string): string {
  const name = /^src\/([^/.*]+)/.exec(glob)?.[1];
  if (name === undefined) throw new Error(`The glob ${glob} of the import table names nothing under src/.`);
  return name;
}

function list(names: readonly string[]): string {
  return names.length === 1 ? `${names[0]}` : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
