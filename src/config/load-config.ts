import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { ManifoldError } from '../errors.ts';
import { builtInModel } from './built-in-model.ts';
import { config as configSchema, type Config } from './config.ts';
import { explainIssues } from './explain-issues.ts';
import { mergeSettings, type Merged } from './merge-settings.ts';
import { impliedEngines } from './implied-engines.ts';
import type { Origin, Setting } from './setting.ts';
import { settingsFromEnvironment, unheededInEnvironment } from './settings-from-environment.ts';
import { settingsFromFile } from './settings-from-file.ts';
import { usableEngines } from './usable-engines.ts';
import { absoluteWeights, isHubReference } from './weights.ts';

interface Sources {
  readonly flags?: readonly Setting[];
  /** The file named with `--config`; without it `manifold.yaml` in `cwd` is read if it exists. */
  readonly file?: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
}

export interface LoadedConfig {
  readonly config: Config;
  /** What was given, before defaults were put beside it. */
  readonly given: Readonly<Record<string, unknown>>;
  /** Dotted path → where what stands there came from; a list, or a map of names, came as a whole. */
  readonly origins: ReadonlyMap<string, Origin>;
  readonly file: string | undefined;
  /** Sentences about what was ignored. */
  readonly warnings: readonly string[];
}

/**
 * The effective configuration: defaults, then the file, then the environment, then flags; later wins.
 * Paths in it are absolute. Throws `configuration_invalid` with one line naming the key, where it came
 * from and the fix.
 */
export function loadConfig({ flags = [], file: named, env, cwd }: Sources): LoadedConfig {
  const { file, settings } = settingsFromFile(named, cwd);
  const merged = mergeSettings(
    [...impliedEngines(env), ...settings, ...settingsFromEnvironment(env), ...flags],
    builtInModel,
  );
  const origin = merged.origins.get('engines') ?? 'the defaults';
  const { engines, warnings } = usableEngines(merged.values['engines'], origin);
  const given = { ...merged.values, engines };
  const parsed = configSchema.safeParse(given);
  if (!parsed.success) {
    throw new ManifoldError('configuration_invalid', explainIssues(parsed.error.issues, merged));
  }
  const config = withModelIds(withCardFolder(withAbsolutePaths(parsed.data, cwd), file, env));
  checkUniqueIds(config, merged);
  return {
    config,
    given,
    origins: merged.origins,
    file,
    warnings: [...unheededInEnvironment(env), ...warnings],
  };
}

function withAbsolutePaths(config: Config, cwd: string): Config {
  const absolute = (path: string) => resolve(cwd, path.replace(/^~(?=\/|$)/, homedir()));
  return {
    ...config,
    ...(config.tls && { tls: { cert: absolute(config.tls.cert), key: absolute(config.tls.key) } }),
    ...(config.stateDir !== undefined && { stateDir: absolute(config.stateDir) }),
    ...(config.libDir !== undefined && { libDir: absolute(config.libDir) }),
    ...(config.llamaServer !== undefined && { llamaServer: absolute(config.llamaServer) }),
    ...(config.catalog.dir !== undefined && { catalog: { ...config.catalog, dir: absolute(config.catalog.dir) } }),
    models: config.models.map((model) => ({
      ...model,
      path: isHubReference(model.path) ? model.path : absolute(model.path),
      adapters: model.adapters.map((adapter) => ({ ...adapter, path: absolute(adapter.path) })),
      ...(model.mmproj !== undefined && { mmproj: absolute(model.mmproj) }),
    })),
    weights: absoluteWeights(config.weights, absolute),
    engines: config.engines.map((engine) => ({
      ...engine,
      ...(engine.replicasFile !== undefined && { replicasFile: absolute(engine.replicasFile) }),
      ...(engine.tls && { tls: { ca: absolute(engine.tls.ca) } }),
      ...(engine.keyFrom && 'file' in engine.keyFrom && { keyFrom: { file: absolute(engine.keyFrom.file) } }),
    })),
  };
}

function withCardFolder(config: Config, file: string | undefined, env: NodeJS.ProcessEnv): Config {
  const folder = file === undefined ? join(configHome(env), 'manifold') : dirname(file);
  return { ...config, catalog: { ...config.catalog, dir: config.catalog.dir ?? join(folder, 'models') } };
}

/** As the XDG specification has it, which says that a relative path is invalid and to be ignored. */
function configHome(env: NodeJS.ProcessEnv): string {
  const xdg = env['XDG_CONFIG_HOME'];
  return xdg !== undefined && isAbsolute(xdg) ? xdg : join(env['HOME'] || homedir(), '.config');
}

function withModelIds(config: Config): Config {
  return { ...config, models: config.models.map((model) => ({ ...model, id: model.id ?? idOfFile(model.path) })) };
}

/** A file split into parts is named after the whole. */
function idOfFile(path: string): string {
  if (isHubReference(path)) return path.replace(/^hf:(\/\/)?/, '');
  const stem = basename(path)
    .replace(/\.gguf$/i, '')
    .replace(/-\d{5}-of-\d{5}$/, '');
  return stem === '' ? 'model' : stem;
}

function checkUniqueIds(config: Config, merged: Merged): void {
  const ids = config.models.flatMap(({ id }) => id ?? []);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice === undefined) return;
  const origin = merged.origins.get('models') ?? 'default';
  throw new ManifoldError(
    'configuration_invalid',
    `models: two have the id "${twice}" (${origin}); give each its own \`id\`.`,
  );
}
