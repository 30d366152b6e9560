import type { Origin, Setting } from './setting.ts';

export interface Merged {
  /** What the schema checks. */
  readonly values: Record<string, unknown>;
  readonly origins: ReadonlyMap<string, Origin>;
}

/**
 * Lays settings over each other in order. Settings of models (`models.*.slots`, `models.0.id`) go onto
 * the list that won, whatever layer it came from; `fallback` is the list when none was given.
 */
export function mergeSettings(settings: readonly Setting[], fallback: Readonly<Record<string, unknown>>): Merged {
  const values: Record<string, unknown> = {};
  const origins = new Map<string, Origin>();
  const isOfModel = ({ path }: Setting) => path.startsWith('models.');
  for (const { path, value, origin } of settings.filter((setting) => !isOfModel(setting))) {
    place(values, path.split('.'), value);
    origins.set(path, origin);
  }
  const given = values['models'];
  const isNone = given === undefined || (Array.isArray(given) && given.length === 0);
  const models = isNone ? (values['builtIn'] === false ? [] : [{ ...fallback }]) : given;
  values['models'] = models;
  if (!Array.isArray(models)) return { values, origins };
  for (const { path, value, origin } of settings.filter(isOfModel)) {
    const [, which, key] = path.split('.') as [string, string, string];
    models.forEach((model: unknown, index) => {
      if ((which !== '*' && which !== String(index)) || typeof model !== 'object' || model === null) return;
      Reflect.set(model, key, value);
      origins.set(`models.${index}.${key}`, origin);
    });
  }
  return { values, origins };
}

function place(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key, ...rest] = path;
  if (key === undefined) return;
  // Own keys only: a file may hold `__proto__:`, which must reach the schema as an unknown key.
  if (rest.length === 0) {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
    return;
  }
  const existing = Object.hasOwn(target, key) ? target[key] : undefined;
  const child = typeof existing === 'object' && existing !== null ? (existing as Record<string, unknown>) : {};
  Object.defineProperty(target, key, { value: child, enumerable: true, configurable: true, writable: true });
  place(child, rest, value);
}
