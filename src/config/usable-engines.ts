import { isObject } from '../lib/is-object.ts';
import { upstreamEngine } from './upstream-engine.ts';

interface UsableEngines {
  readonly engines: unknown[];
  /** A sentence for each that was left out. */
  readonly warnings: string[];
}

/**
 * The engines of a configuration that make sense, each with a name of its own. One that does not is left out, and
 * told: the others go on. They are written as a list, or as a map from name to engine.
 */
export function usableEngines(given: unknown, origin: string): UsableEngines {
  const warnings: string[] = [];
  const engines: unknown[] = [];
  const names = new Set<string>();
  for (const each of listOf(given)) {
    const kind = isObject(each) && typeof each['kind'] === 'string' ? each['kind'] : 'openai';
    const isNamed = isObject(each) && each['name'] !== undefined;
    const name = isNamed ? String(each['name']) : freeName(kind, names);
    const leaveOut = (reason: string) =>
      warnings.push(`engines.${name.slice(0, 64)} (from ${origin}): ${reason} This engine is left out.`);
    const parsed = upstreamEngine.safeParse(isObject(each) ? { ...each, name } : each);
    const [issue] = parsed.error?.issues ?? [];
    if (issue !== undefined) leaveOut(sentence(issue.path.join('.'), issue.message));
    else if (names.has(name)) leaveOut('Another engine has this name.');
    else {
      names.add(name);
      engines.push({ ...(each as object), name });
    }
  }
  return { engines, warnings };
}

function freeName(kind: string, taken: ReadonlySet<string>): string {
  if (!taken.has(kind)) return kind;
  for (let at = 2; ; at++) if (!taken.has(`${kind}-${at}`)) return `${kind}-${at}`;
}

function listOf(given: unknown): unknown[] {
  if (given === undefined || given === null) return [];
  if (Array.isArray(given)) return given;
  if (!isObject(given)) return [given];
  return Object.entries(given).map(([name, engine]) => (isObject(engine) ? { name, ...engine } : engine));
}

function sentence(path: string, message: string): string {
  const text = path === '' ? message : `${path}: ${message}`;
  return text.endsWith('.') || text.endsWith('…') ? text : `${text}.`;
}
