import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import type { UpstreamSettings } from '../api/internal/upstream-settings.ts';
import { hostedKeyVariables } from './implied-engines.ts';
import { replicaSettings } from './replica-settings.ts';
import type { UpstreamEngine } from './upstream-engine.ts';

/** An engine of the configuration with its key and certificates read. */
export interface ResolvedEngine extends UpstreamSettings {
  /** How replicas are chosen, and what is done when one fails. */
  readonly choosing: z.infer<typeof replicaSettings>;
}

/** Addresses of kinds that have one. */
const usualUrls: Partial<Readonly<Record<UpstreamEngine['kind'], string>>> = {
  'hosted-nim': 'https://integrate.api.nvidia.com',
  ollama: 'http://127.0.0.1:11434',
};

/**
 * Reads what engines name: keys from the environment and from files, certificates. An engine whose key or
 * certificates are not there is left out, and `onLeftOut` told why; no key is in what it is told.
 */
export function resolveEngines(
  engines: readonly UpstreamEngine[],
  env: NodeJS.ProcessEnv,
  onLeftOut: (name: string, reason: string) => void,
): ResolvedEngine[] {
  return engines.flatMap((engine) => {
    const name = engine.name ?? engine.kind;
    try {
      return [resolve(engine, name, env)];
    } catch (failure) {
      onLeftOut(name, failure instanceof Error ? failure.message : String(failure));
      return [];
    }
  });
}

function resolve(engine: UpstreamEngine, name: string, env: NodeJS.ProcessEnv): ResolvedEngine {
  const { kind, models, timeouts, checkSeconds, tls } = engine;
  const url = engine.url ?? (engine.replicasFile === undefined ? usualUrls[kind] : undefined);
  const replicas = engine.replicas ?? (url === undefined ? [] : [url]);
  return {
    name,
    kind,
    replicas: replicas.map((each) => (typeof each === 'string' ? { url: each } : each)),
    replicasFile: engine.replicasFile,
    apiPath: engine.apiPath,
    key: keyOf(engine, env),
    models: Array.isArray(models) ? Object.fromEntries(models.map((id) => [id, id])) : models,
    tier: engine.tier,
    selfRouting: engine.selfRouting,
    choosing: replicaSettings.parse({
      timeouts,
      retries: engine.retries,
      breaker: engine.breaker,
      stickyUpTo: engine.stickyUpTo,
      selfRouting: engine.selfRouting,
    }),
    objective: engine.objective,
    ca: tls && readNamed(tls.ca, 'The certificates of `tls.ca`'),
    connectTimeoutMs: timeouts.connectSeconds * 1000,
    firstByteTimeoutMs: timeouts.firstTokenSeconds * 1000,
    // Whoever chooses between replicas knows when an answer has begun; here a silent prompt looks like a silent answer.
    idleTimeoutMs: longer(timeouts.firstTokenSeconds, timeouts.betweenTokensSeconds) * 1000,
    healthPath: engine.healthPath,
    checkMs: checkSeconds === undefined ? undefined : checkSeconds * 1000,
    images: engine.images,
    answerFormat: engine.answerFormat,
  };
}

/** Of two deadlines of which 0 means never. */
function longer(one: number, other: number): number {
  return one === 0 || other === 0 ? 0 : Math.max(one, other);
}

function keyOf({ kind, key, keyFrom }: UpstreamEngine, env: NodeJS.ProcessEnv): string | undefined {
  if (key !== undefined) return printable(key);
  if (keyFrom !== undefined && 'file' in keyFrom)
    return printable(readNamed(keyFrom.file, 'The key of `keyFrom.file`').trim());
  if (keyFrom !== undefined) {
    const value = env[keyFrom.env];
    if (!value) throw new Error(`The environment variable ${keyFrom.env}, which has its key, is not set.`);
    return printable(value);
  }
  if (kind !== 'hosted-nim') return undefined;
  const variable = hostedKeyVariables.find((each) => env[each]);
  if (variable === undefined)
    throw new Error(`It needs a key: set ${hostedKeyVariables.join(' or ')}, or give \`keyFrom\`.`);
  return printable(env[variable] ?? '');
}

/** A key is sent in a header, which holds no line ends and the like. */
function printable(key: string): string {
  if (!/^[\x21-\x7e]+$/.test(key)) throw new Error('Its key has spaces or characters that no key has.');
  return key;
}

function readNamed(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Error(`${what} cannot be read: ${file}.`, { cause });
  }
}
