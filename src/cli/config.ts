import { withoutPasswords } from '../config/weights.ts';
import { Command } from 'commander';
import { fileSchema } from '../config/file-schema.ts';
import { environmentVariables } from '../config/settings-from-environment.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { valueAt } from '../config/value-at.ts';
import { addServerOptions, configFromFlags, type ServerFlags } from './server-options.ts';
import { say, type Terminal } from './terminal.ts';

interface Flags extends ServerFlags {
  readonly schema?: boolean;
  readonly json?: boolean;
}

const help = `
Later wins: defaults, manifold.yaml, environment, flags.
Environment: ${environmentVariables.map(([name]) => name).join(', ')}
NVIDIA_API_KEY or NGC_API_KEY alone puts hosted NIM's models beside the others.

Examples:
  manifold config                     what \`manifold serve\` would use here, and why
  manifold config --port 9000         the same with a flag
  manifold config --schema > s.json   JSON Schema of manifold.yaml, for an editor
`;

/** `manifold config`: the effective configuration with the origin of each value; never a key. */
export function configCommand(terminal: Terminal): Command {
  return addServerOptions(new Command('config'))
    .description('print the effective configuration and where each value comes from')
    .option('--json', 'as JSON')
    .option('--schema', 'print the JSON Schema of the configuration file')
    .addHelpText('after', help)
    .action((flags: Flags) => {
      if (flags.schema) return say(terminal.stdout, JSON.stringify(fileSchema(), null, 2));
      const loaded = configFromFlags(flags, terminal);
      for (const warning of loaded.warnings) say(terminal.stderr, `manifold: ${warning}`);
      const rows = describe(loaded);
      if (flags.json) return say(terminal.stdout, JSON.stringify(rows, null, 2));
      const pad = (text: string, column: 'key' | 'value') =>
        text.padEnd(Math.min(48, Math.max(...rows.map((row) => row[column].length))));
      for (const { key, value, origin } of rows)
        say(terminal.stdout, `${pad(key, 'key')}  ${pad(value, 'value')}  ${origin}`);
    });
}

interface Row {
  readonly key: string;
  readonly value: string;
  readonly origin: string;
}

function describe({ config, given, origins }: LoadedConfig): Row[] {
  const redacted = {
    ...config,
    auth: { ...config.auth, keys: config.auth.keys.map(() => '<redacted>') },
    weights: withoutPasswords(config.weights),
    engines: config.engines.map((engine) => ({ ...engine, ...(engine.key !== undefined && { key: '<redacted>' }) })),
  };
  /** A list, or a map of names, came as a whole. */
  const originOf = (path: readonly string[]): string => {
    if (valueAt(given, path) === undefined) return 'default';
    const holders = path.map((_, at) => path.slice(0, path.length - at).join('.'));
    return holders.map((holder) => origins.get(holder)).find((origin) => origin !== undefined) ?? 'built in';
  };
  return leaves(redacted, []).map(([path, value]) => ({ key: path.join('.'), value, origin: originOf(path) }));
}

function leaves(value: unknown, path: readonly string[]): (readonly [readonly string[], string])[] {
  if (value === undefined) return [];
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return [[path, show(value)]];
  return Object.entries(value).flatMap(([key, child]) => leaves(child, [...path, key]));
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
