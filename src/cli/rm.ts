import { Command } from 'commander';
import type { LocalWeights } from '../catalog/weights/find.ts';
import { parseReference } from '../catalog/weights/reference.ts';
import type { WeightsStore } from '../catalog/weights/weights-store.ts';
import { loadConfig } from '../config/load-config.ts';
import { formatBytes } from '../lib/format-bytes.ts';
import { CommandFailed } from './exit-codes.ts';
import { openWeights } from './open-weights.ts';
import { say, type Terminal } from './terminal.ts';

interface Flags {
  readonly dryRun: boolean;
  readonly config?: string;
}

const help = `
What other tools keep of the same repository stays. Weights that a process has loaded are not removed.

Examples:
  manifold rm hf:Qwen/Qwen3-8B-GGUF:Q8_0
  manifold rm hf:Qwen/Qwen3-8B-GGUF --dry-run
`;

/** `manifold rm`: removes what `manifold pull` brought, or the hub's own tools. */
export function rmCommand(terminal: Terminal): Command {
  return new Command('rm')
    .description('remove the weights of a model from this machine')
    .argument('<model>', 'as for `manifold pull`')
    .option('--dry-run', 'say what would be removed, and stop', false)
    .option('--config <file>', 'configuration file (default: manifold.yaml, if there is one)')
    .addHelpText('after', help)
    .action(async (model: string, { dryRun, config: file }: Flags) => {
      const { env, cwd, stdout } = terminal;
      const weights = await openWeights(loadConfig({ file, env, cwd }).config, env);
      try {
        const local = await theOne(model, weights);
        if (local === undefined) return say(stdout, await withoutModel(model, dryRun, weights));
        if (dryRun) return say(stdout, `${local.reference}: ${formatBytes(local.bytes)} in ${local.path}`);
        const { bytes } = await weights.remove(local);
        say(stdout, `Removed ${local.reference}, ${formatBytes(bytes)}.`);
      } finally {
        await weights.close();
      }
    });
}

/** The model that is named, if it is here and the only one that is meant. */
async function theOne(model: string, weights: WeightsStore): Promise<LocalWeights | undefined> {
  const reference = parseReference(model);
  const isOpen = reference.kind === 'hub' && reference.quantization === undefined && reference.file === undefined;
  if (isOpen) {
    const several = (await weights.list()).filter(({ repository }) => repository === reference.repository);
    if (several.length > 1) {
      const names = several.map((each) => each.reference).join(', ');
      throw new CommandFailed(`Several models of ${reference.repository} are here: ${names}. Name one of them.`);
    }
  }
  return weights.locate(model);
}

/** Of a model that is not here there may be the begin of a download. */
async function withoutModel(model: string, isTrial: boolean, weights: WeightsStore): Promise<string> {
  const removed = isTrial ? undefined : await weights.removeBegun(model);
  if (removed === undefined || removed.files === 0) throw new CommandFailed(`${model} is not on this machine.`);
  return `Removed ${formatBytes(removed.bytes)} of downloads that were begun.`;
}
