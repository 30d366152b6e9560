import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CommandFailed } from '../exit-codes.ts';
import type { BuildDirectory } from './build-directory.ts';
import { pinnedSource } from './pinned-source.ts';
import { runTool, type ToolContext } from './run-tool.ts';
import type { fetchTools } from './find-tools.ts';
import { verifyIntegrity } from './verify-integrity.ts';

type FetchTools = Readonly<Record<(typeof fetchTools)[number], string>>;

/**
 * Puts the pinned llama.cpp into `directory.source`. npm itself fetches the package, so its registry, proxy,
 * certificates and credentials are the ones in force. The source appears whole or not at all.
 */
export async function fetchSource(
  directory: BuildDirectory,
  tools: FetchTools,
  context: ToolContext,
  integrity: string = pinnedSource.integrity,
): Promise<void> {
  const download = join(directory.root, 'download');
  rmSync(download, { recursive: true, force: true });
  mkdirSync(download, { recursive: true });
  try {
    const archive = await fetchPackage(download, tools, context);
    await verifyIntegrity(archive, integrity);
    await runTool(tools.tar, ['-xzf', archive, '-C', download, pinnedSource.bundle], context);
    const clone = join(download, 'source');
    const quietly = ['-c', 'advice.detachedHead=false', 'clone', '--quiet'];
    await runTool(tools.git, [...quietly, join(download, pinnedSource.bundle), clone], context);
    rmSync(directory.source, { recursive: true, force: true });
    renameSync(clone, directory.source);
  } finally {
    rmSync(download, { recursive: true, force: true });
  }
}

async function fetchPackage(download: string, { npm }: FetchTools, context: ToolContext): Promise<string> {
  const { package: name, version } = pinnedSource;
  const quietly = ['--ignore-scripts', '--loglevel=error'];
  await runTool(npm, ['pack', `${name}@${version}`, '--pack-destination', download, ...quietly], context);
  const archive = readdirSync(download).find((file) => file.endsWith('.tgz'));
  if (archive === undefined) throw new CommandFailed(`npm fetched no archive of ${name}@${version}.`);
  return join(download, archive);
}
