import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../config/package-root.ts';
import type { Finding } from './finding.ts';

/** The Node that runs this. The launcher already refused one that is too old. */
export function checkRuntime(): Finding[] {
  const { engines } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {
    engines: { node: string };
  };
  return [
    { check: 'node', status: 'ok', found: `${process.version} at ${process.execPath} (needed: ${engines.node})` },
  ];
}
