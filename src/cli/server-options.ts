import { type Command, InvalidArgumentError } from 'commander';
import { type LoadedConfig, loadConfig } from '../config/load-config.ts';
import type { Setting } from '../config/setting.ts';
import type { Terminal } from './terminal.ts';

/** Commander's values of the flags that configure a server. */
export interface ServerFlags {
  readonly config?: string;
  readonly model?: readonly string[];
  readonly host?: string;
  readonly port?: number;
  readonly context?: number;
  readonly slots?: number;
  readonly cells?: number;
  readonly threads?: number;
  readonly gpuLayers?: number | 'auto';
  readonly auth: boolean;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly stateDir?: string;
  readonly libDir?: string;
  readonly logLevel?: string;
  readonly logFormat?: string;
  readonly drainSeconds?: number;
}

/** Adds the flags that configure a server; `settingsFromFlags` reads them. */
export function addServerOptions(command: Command): Command {
  return command
    .option(
      '-m, --model <path>',
      'a GGUF file to serve, or hf:… that was pulled; repeat it for several (default: the built-in model)',
      collect,
    )
    .option('--host <address>', 'address to listen on (default: 127.0.0.1)')
    .option('-p, --port <number>', 'port to listen on; 0 takes a free one (default: 8000)', toNumber)
    .option('--context <tokens>', 'tokens per slot, prompt and answer together', toNumber)
    .option('--slots <count>', 'answers generated at the same time, per model (default: 4)', toNumber)
    .option('--cells <tokens>', 'tokens all slots hold together (default: all full, or what fits in memory)', toNumber)
    .option('--gpu-layers <count>', 'layers on GPUs, or auto (default: auto, as many as fit)', toNumberOrAuto)
    .option(
      '--threads <count>',
      'CPU threads per model (default: cores - 1, divided between those that are loaded)',
      toNumber,
    )
    .option('--no-auth', 'ask for no API key; only on a loopback address')
    .option('--tls-cert <file>', 'certificate (PEM); with --tls-key the server speaks https')
    .option('--tls-key <file>', 'private key (PEM)')
    .option('--config <file>', 'configuration file (default: manifold.yaml, if there is one)')
    .option('--state-dir <directory>', 'where keys, usage and the lock live (default: ~/.local/state/manifold)')
    .option('--lib-dir <directory>', 'libllama shared libraries to use in place of the built or packaged ones')
    .option('--log-level <level>', 'debug, info, warn, error or silent (default: info)')
    .option('--log-format <format>', 'json, text or auto (default: auto, text on a terminal)')
    .option(
      '--drain-seconds <seconds>',
      'how long a stopping server waits for running answers (default: 600)',
      toNumber,
    );
}

/** The effective configuration under a command's flags. */
export function configFromFlags(flags: ServerFlags, terminal: Terminal): LoadedConfig {
  return loadConfig({ flags: settingsFromFlags(flags), file: flags.config, env: terminal.env, cwd: terminal.cwd });
}

function settingsFromFlags(flags: ServerFlags): Setting[] {
  const settings: Setting[] = [
    { path: 'models', value: flags.model?.map((path) => ({ path })), origin: '--model' },
    { path: 'host', value: flags.host, origin: '--host' },
    { path: 'port', value: flags.port, origin: '--port' },
    { path: 'models.*.context', value: flags.context, origin: '--context' },
    { path: 'models.*.slots', value: flags.slots, origin: '--slots' },
    { path: 'models.*.cells', value: flags.cells, origin: '--cells' },
    { path: 'models.*.gpuLayers', value: flags.gpuLayers, origin: '--gpu-layers' },
    { path: 'models.*.threads', value: flags.threads, origin: '--threads' },
    // Commander's default for a --no- flag is true, so only false says something.
    { path: 'auth.enabled', value: flags.auth ? undefined : false, origin: '--no-auth' },
    { path: 'tls.cert', value: flags.tlsCert, origin: '--tls-cert' },
    { path: 'tls.key', value: flags.tlsKey, origin: '--tls-key' },
    { path: 'stateDir', value: flags.stateDir, origin: '--state-dir' },
    { path: 'libDir', value: flags.libDir, origin: '--lib-dir' },
    { path: 'logLevel', value: flags.logLevel, origin: '--log-level' },
    { path: 'logFormat', value: flags.logFormat, origin: '--log-format' },
    { path: 'timeouts.drainSeconds', value: flags.drainSeconds, origin: '--drain-seconds' },
  ];
  return settings.filter(({ value }) => value !== undefined);
}

function collect(path: string, before: readonly string[] = []): readonly string[] {
  return [...before, path];
}

function toNumberOrAuto(text: string): number | 'auto' {
  return text === 'auto' ? text : numberIn(text, 'It must be a number, or `auto`.');
}

function toNumber(text: string): number {
  return numberIn(text, 'It must be a number.');
}

function numberIn(text: string, otherwise: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError(otherwise);
  return value;
}
