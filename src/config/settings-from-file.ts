import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, resolve } from 'node:path';
import type * as Yaml from 'yaml';
import { ManifoldError } from '../errors.ts';
import { isObject } from '../lib/is-object.ts';
import type { Setting } from './setting.ts';

/** The name looked for in the working directory when no file is named. */
const defaultConfigFile = 'manifold.yaml';

interface FileSettings {
  readonly file: string | undefined;
  readonly settings: Setting[];
}

/** The file's part of the configuration. A named file must exist; `manifold.yaml` need not. */
export function settingsFromFile(named: string | undefined, cwd: string): FileSettings {
  const file = named === undefined ? join(cwd, defaultConfigFile) : resolve(cwd, named);
  const origin = relative(cwd, file) || file;
  const source = read(file, named !== undefined);
  if (source === undefined) return { file: undefined, settings: [] };
  // Loaded where there is a file: it takes a tenth of a start, and most servers need none.
  const { parseDocument } = createRequire(import.meta.url)('yaml') as typeof Yaml;
  const document = parseDocument(source, { uniqueKeys: true });
  // A warning too: of a tag that nobody knows, such as `!env KEY`, the bare text would be taken.
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem !== undefined) throw notYaml(origin, problem);
  const content = contentOf(document, origin);
  if (content === null) return { file, settings: [] };
  if (!isObject(content)) throw invalid(`${origin} must hold keys and values, such as \`port: 8000\`.`);
  return { file, settings: leaves(content, '').map(([path, value]) => ({ path, value, origin })) };
}

/** Aliases are looked up only now: one may be of nothing, or stand for more than memory holds. */
function contentOf(document: Pick<Yaml.Document, 'toJS'>, origin: string): unknown {
  try {
    return document.toJS();
  } catch (failure) {
    throw notYaml(origin, failure as Error);
  }
}

function notYaml(origin: string, { message }: Error): ManifoldError {
  // A colon ends the line where the place is quoted below it.
  return invalid(`${origin} is not valid YAML: ${message.split('\n')[0]?.replace(/:$/, '') ?? ''}`);
}

function read(file: string, required: boolean): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (failure) {
    const code = (failure as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' && !required) return undefined;
    const reason = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code ?? 'unknown'})`;
    throw invalid(`The configuration file ${file} ${reason}; name another with --config.`, failure);
  }
}

/** Their keys are names, which may hold dots; a later layer replaces them whole. */
const wholes: ReadonlySet<string> = new Set(['models', 'engines', 'limits.models', 'limits.teams', 'prices']);

/** Nested objects as dotted paths; lists, and what has names of its own as keys, stay one value. */
function leaves(value: Record<string, unknown>, prefix: string): (readonly [string, unknown])[] {
  return Object.entries(value).flatMap(([key, child]) => {
    const path = prefix + key;
    const isGroup = isObject(child) && Object.keys(child).length > 0 && !wholes.has(path);
    return isGroup ? leaves(child, `${path}.`) : [[path, child] as const];
  });
}

function invalid(message: string, cause?: unknown): ManifoldError {
  return new ManifoldError('configuration_invalid', message, { cause });
}
