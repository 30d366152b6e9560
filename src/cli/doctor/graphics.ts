import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Finding } from './finding.ts';

/** GPUs that an engine could use. None is fine: the processor then does the work. */
export async function checkGraphics(): Promise<Finding[]> {
  const nvidia = await nvidiaCards();
  if (nvidia.length > 0) {
    return nvidia.map((card) => ({
      check: 'gpu',
      status: 'ok',
      found: `NVIDIA ${card}`,
      advice: 'The packaged libraries compute on the CPU; give a CUDA build with --lib-dir to use the card.',
    }));
  }
  const nodes = renderNodes();
  const found =
    nodes.length === 0 ? 'none found; models run on the CPU' : `no NVIDIA card; ${nodes.join(', ')} in /dev/dri`;
  return [{ check: 'gpu', status: 'ok', found }];
}

async function nvidiaCards(): Promise<string[]> {
  const query = ['--query-gpu=name,memory.total,driver_version', '--format=csv,noheader'];
  try {
    const { stdout } = await promisify(execFile)('nvidia-smi', query, { timeout: 5000 });
    return stdout.trim().split('\n').filter(Boolean);
  } catch {
    return [];
  }
}

function renderNodes(): string[] {
  try {
    return readdirSync('/dev/dri').filter((name) => name.startsWith('renderD'));
  } catch {
    return [];
  }
}
