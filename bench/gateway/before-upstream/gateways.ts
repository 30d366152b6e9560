import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../../../src/config/package-root.ts';
import { serverEnvironment } from '../../lib/manifold.ts';
import { nginxConfig } from './nginx-config.ts';

/** A program that can stand before the upstream. */
export interface Gateway {
  readonly name: string;
  readonly version: string;
  /** What each request has to carry for it. */
  readonly headers: Readonly<Record<string, string>>;
  /** Writes what it needs into a directory of its own and says how it is started. */
  prepare(port: number, directory: string): CommandLine;
}

interface CommandLine {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** Manifold without keys and without a model of its own. */
export function manifoldGateway(entry: string, upstreamPort: number): Gateway {
  return {
    name: 'manifold',
    version: packageVersion(packageRoot),
    headers: {},
    prepare(port, directory) {
      const config = join(directory, 'manifold.yaml');
      const engine = { url: `http://127.0.0.1:${upstreamPort}`, models: ['bench'] };
      // JSON is YAML.
      writeFileSync(config, JSON.stringify({ builtIn: false, engines: [engine] }));
      const args = [entry, 'serve', '--no-auth', '--port', String(port), '--config', config];
      const { NIM_SERVED_MODEL_NAME: _, ...env } = serverEnvironment(directory, '');
      return { program: process.execPath, args, env };
    },
  };
}

/** The least that any gateway on this Node costs. */
export function bareProxy(upstreamPort: number): Gateway {
  const program = fileURLToPath(new URL('bare-proxy.ts', import.meta.url));
  return {
    name: 'node',
    version: process.version.slice(1),
    headers: {},
    prepare: (port) => ({
      program: process.execPath,
      args: [program, String(port), String(upstreamPort)],
      env: { PATH: process.env['PATH'], NODE_ENV: 'production' },
    }),
  };
}

/** Portkey's gateway as it comes from npm, without its page. Throws when the folder does not hold it. */
export function portkeyGateway(folder: string, upstreamPort: number): Gateway {
  const root = join(folder, 'node_modules', '@portkey-ai', 'gateway');
  const entry = join(root, 'build', 'start-server.js');
  if (!existsSync(entry)) throw new Error(`--portkey: there is no ${entry}; install it as bench/README.md says.`);
  return {
    name: 'portkey',
    version: packageVersion(root),
    headers: {
      authorization: 'Bearer none',
      'x-portkey-provider': 'openai',
      'x-portkey-custom-host': `http://127.0.0.1:${upstreamPort}/v1`,
    },
    prepare: (port) => ({
      program: process.execPath,
      args: [entry, '--headless', `--port=${port}`],
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], NODE_ENV: 'production' },
    }),
  };
}

/** nginx with one worker, as one would have it before such a server. Undefined when the program is not there. */
export function nginxGateway(program: string, upstreamPort: number): Gateway | undefined {
  const { status, stderr } = spawnSync(program, ['-v'], { encoding: 'utf8' });
  if (status !== 0) return undefined;
  return {
    name: 'nginx',
    version: stderr.split('/').at(-1)?.trim() ?? '',
    headers: {},
    prepare(port, directory) {
      const config = join(directory, 'nginx.conf');
      writeFileSync(config, nginxConfig({ port, upstreamPort, directory }));
      return { program, args: ['-e', 'stderr', '-p', directory, '-c', config], env: { PATH: process.env['PATH'] } };
    },
  };
}

function packageVersion(folder: string): string {
  return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { readonly version: string }).version;
}
