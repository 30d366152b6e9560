import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { ManifoldError } from '../errors.ts';
import type { WeightsSettings } from './weights.ts';

/** Where weights come from and lie, with what the environment says where the settings are silent. */
export interface ResolvedWeights {
  readonly cacheDir: string;
  readonly filesDir: string;
  readonly endpoint: string;
  readonly token: string | undefined;
  readonly mirror: string | undefined;
  readonly isOffline: boolean;
  readonly allowHosts: readonly string[];
}

/**
 * Reads the variables that the hub's own tools have, so that they and Manifold agree without settings. Throws
 * `configuration_invalid` when one makes no sense.
 *
 * https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables
 */
export function resolveWeights(settings: WeightsSettings, env: NodeJS.ProcessEnv): ResolvedWeights {
  const home = env['HOME'] || homedir();
  const absolute = (path: string) => resolve(path.replace(/^~(?=\/|$)/, home));
  const caches = absolute(env['XDG_CACHE_HOME'] || join(home, '.cache'));
  const hubHome = absolute(env['HF_HOME'] || join(caches, 'huggingface'));
  const hubCache = env['HF_HUB_CACHE'] || env['HUGGINGFACE_HUB_CACHE'] || join(hubHome, 'hub');
  return {
    cacheDir: settings.cacheDir ?? absolute(hubCache),
    filesDir: settings.filesDir ?? join(caches, 'manifold', 'weights'),
    endpoint: settings.endpoint ?? endpointOf(env),
    token: tokenOf(env, env['HF_TOKEN_PATH'] ? absolute(env['HF_TOKEN_PATH']) : join(hubHome, 'token')),
    mirror: settings.mirror,
    isOffline: settings.offline ?? isOn(env['HF_HUB_OFFLINE']),
    allowHosts: settings.allowHosts,
  };
}

function endpointOf(env: NodeJS.ProcessEnv): string {
  const given = env['HF_ENDPOINT'] || 'https://huggingface.co';
  if (/^https?:$/.test(URL.parse(given)?.protocol ?? '')) return given;
  throw new ManifoldError('configuration_invalid', 'HF_ENDPOINT is no URL; write it as https://huggingface.co.');
}

/** The variable, else the file that `hf auth login` writes. */
function tokenOf(env: NodeJS.ProcessEnv, file: string): string | undefined {
  const given = env['HF_TOKEN'] || env['HUGGING_FACE_HUB_TOKEN'];
  if (given) return printable(given);
  if (isOn(env['HF_HUB_DISABLE_IMPLICIT_TOKEN'])) return undefined;
  try {
    return printable(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** A header holds no line ends; what has them inside is no token. */
function printable(text: string): string | undefined {
  const token = text.trim();
  return /^[\x21-\x7e]+$/.test(token) ? token : undefined;
}

function isOn(value: string | undefined): boolean {
  return /^(1|true|yes|on)$/i.test(value ?? '');
}
