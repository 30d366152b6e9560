import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { packageRoot } from '../config/package-root.ts';
import { say, type Terminal } from './terminal.ts';

/** `manifold version`: the release and what it runs on. */
export function versionCommand({ stdout }: Terminal): Command {
  return new Command('version')
    .description('print the versions of Manifold and Node')
    .option('--json', 'as JSON')
    .action(({ json = false }: { json?: boolean }) => {
      const version = {
        manifold: packageVersion(),
        node: process.version,
        platform: `${process.platform}-${process.arch}`,
      };
      if (json) return say(stdout, JSON.stringify(version));
      say(stdout, `manifold ${version.manifold} (Node ${version.node}, ${version.platform})`);
    });
}

/** The version in package.json. */
export function packageVersion(): string {
  const manifest = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string };
  return manifest.version;
}
