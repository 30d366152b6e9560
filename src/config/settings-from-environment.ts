import type { Setting } from './setting.ts';

type Reader = (text: string) => unknown;

const text: Reader = (value) => value;
/** What is no number stays text, so that the schema's message shows what was given. */
const number: Reader = (value) => (value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value);
const boolean: Reader = (value) => {
  if (/^(1|true|yes|on)$/i.test(value)) return true;
  return /^(0|false|no|off)$/i.test(value) ? false : value;
};
const list: Reader = (value) =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
const models: Reader = (value) => (list(value) as string[]).map((path) => ({ path }));
const firstOfList: Reader = (value) => (list(value) as string[])[0] ?? '';
/** NIM's levels are Python's. */
const nimLogLevel: Reader = (value) => {
  const levels: Record<string, string> = { trace: 'debug', default: 'info', warning: 'warn', critical: 'error' };
  return levels[value.toLowerCase()] ?? value.toLowerCase();
};

/** NIM's is a switch. */
const nimJsonLines: Reader = (value) => {
  const isOn = boolean(value);
  return isOn === value ? value : isOn ? 'json' : 'text';
};

/** Every variable that configures a server. Later entries win, so Manifold's names stand after NIM's. */
export const environmentVariables: readonly (readonly [name: string, path: string, read: Reader])[] = [
  ['NIM_SERVER_PORT', 'port', number],
  ['NIM_MODEL_PATH', 'models', models],
  ['NIM_SERVED_MODEL_NAME', 'models.0.id', firstOfList],
  ['NIM_MAX_MODEL_LEN', 'models.*.context', number],
  ['NIM_SSL_CERTS_PATH', 'tls.cert', text],
  ['NIM_SSL_KEY_PATH', 'tls.key', text],
  ['NIM_LOG_LEVEL', 'logLevel', nimLogLevel],
  ['NIM_JSONL_LOGGING', 'logFormat', nimJsonLines],
  ['MANIFOLD_HOST', 'host', text],
  ['MANIFOLD_PORT', 'port', number],
  ['MANIFOLD_TLS_CERT', 'tls.cert', text],
  ['MANIFOLD_TLS_KEY', 'tls.key', text],
  ['MANIFOLD_STATE_DIR', 'stateDir', text],
  ['MANIFOLD_AUTH', 'auth.enabled', boolean],
  ['MANIFOLD_KEYS', 'auth.keys', list],
  ['MANIFOLD_MODEL', 'models', models],
  ['MANIFOLD_CONTEXT', 'models.*.context', number],
  ['MANIFOLD_SLOTS', 'models.*.slots', number],
  ['MANIFOLD_THREADS', 'models.*.threads', number],
  ['MANIFOLD_CELLS', 'models.*.cells', number],
  ['MANIFOLD_CELL_LAYOUT', 'models.*.cellLayout', text],
  ['MANIFOLD_GPU_LAYERS', 'models.*.gpuLayers', number],
  ['MANIFOLD_KV_TYPE', 'models.*.kvType', text],
  ['MANIFOLD_LIB_DIR', 'libDir', text],
  ['MANIFOLD_LLAMA_SERVER', 'llamaServer', text],
  ['MANIFOLD_LOG_LEVEL', 'logLevel', text],
  ['MANIFOLD_LOG_FORMAT', 'logFormat', text],
  ['MANIFOLD_DRAIN_SECONDS', 'timeouts.drainSeconds', number],
  ['MANIFOLD_BUILT_IN', 'builtIn', boolean],
  ['MANIFOLD_CATALOG_DIR', 'catalog.dir', text],
  ['MANIFOLD_MAX_CHOICES', 'limits.maxChoices', number],
  ['MANIFOLD_MAX_BODY_BYTES', 'limits.maxBodyBytes', number],
  ['MANIFOLD_REMOTE_IMAGES', 'images.remote', boolean],
];

/** The environment's part of the configuration. An empty variable counts as unset. */
export function settingsFromEnvironment(env: NodeJS.ProcessEnv): Setting[] {
  return environmentVariables.flatMap(([name, path, read]) => {
    const given = env[name];
    if (given === undefined || given === '' || isKubernetesServiceLink(name, given)) return [];
    return [{ path, value: read(given), origin: name }];
  });
}

/** A Kubernetes service called "manifold" gives every pod beside it MANIFOLD_PORT=tcp://10.0.0.1:8000. */
function isKubernetesServiceLink(name: string, value: string): boolean {
  return name === 'MANIFOLD_PORT' && /^(tcp|udp|sctp):\/\//.test(value);
}

/** Variables read elsewhere: by the launcher and by clients. */
const otherVariables = ['MANIFOLD_API_KEY', 'MANIFOLD_URL', 'MANIFOLD_TOKEN'];

/** Sentences about what the environment says and is not done. */
export function unheededInEnvironment(env: NodeJS.ProcessEnv): string[] {
  const [served, ...others] = new Set(list(env['NIM_SERVED_MODEL_NAME'] ?? '') as string[]);
  const names = `NIM_SERVED_MODEL_NAME: the model is served as ${served}, and not as ${others.join(', ')}; a card gives it more names.`;
  return [...(others.length > 0 ? [names] : []), ...unknownVariables(env).map(tellUnknown)];
}

/** `MANIFOLD_*` names that nothing reads: likely a slip of the pen. */
function unknownVariables(env: NodeJS.ProcessEnv): string[] {
  const known = new Set([...otherVariables, ...environmentVariables.map(([name]) => name)]);
  return Object.keys(env)
    .filter((name) => name.startsWith('MANIFOLD_') && !known.has(name))
    .filter((name) => !/^MANIFOLD_(SERVICE_|PORT_\d)/.test(name))
    .toSorted();
}

function tellUnknown(name: string): string {
  return `The environment variable ${name} is not known and was ignored; \`manifold config --help\` lists the names.`;
}
