import { Command } from 'commander';
import type { PullPlan } from '../catalog/weights/plan.ts';
import { loadConfig } from '../config/load-config.ts';
import { formatBytes } from '../lib/format-bytes.ts';
import { CommandFailed } from './exit-codes.ts';
import { openWeights } from './open-weights.ts';
import { createPullProgress } from './pull/progress.ts';
import { abortOn } from './stop-signals.ts';
import { say, type Terminal } from './terminal.ts';

interface Flags {
  readonly dryRun: boolean;
  readonly config?: string;
}

const help = `
<model> is one of
  hf:org/name                   the most usual quantisation that the repository has (Q4_K_M, if it is there)
  hf:org/name:Q8_0              this one; a file's name in its place takes that file
  hf:org/name:Q4_K_M@revision   of a branch, tag or commit
  https://…/some.gguf           a file of any server
  path/to/some.gguf             a file of this machine, copied to the others
  a name of the catalogue       what its card names

Files lie where the hub's own tools keep theirs, and theirs are found. HF_TOKEN, HF_ENDPOINT, HF_HOME, HF_HUB_CACHE,
HF_HUB_OFFLINE and HTTPS_PROXY mean what they mean there. Stopped, even killed, the same command goes on where it was.

Examples:
  manifold pull hf:Qwen/Qwen3-8B-GGUF
  manifold serve --model "$(manifold pull hf:Qwen/Qwen3-8B-GGUF:Q8_0)"
`;

/** `manifold pull`: brings weights to this machine and prints where they are. */
export function pullCommand(terminal: Terminal): Command {
  return new Command('pull')
    .description('download the weights of a model, and print where they are')
    .argument('<model>', 'hf:org/name[:QUANT][@revision], a URL, a path, or a name of the catalogue')
    .option('--dry-run', 'say what would be downloaded, and stop', false)
    .option('--config <file>', 'configuration file (default: manifold.yaml, if there is one)')
    .addHelpText('after', help)
    .action((model: string, flags: Flags) => pull(model, flags, terminal));
}

async function pull(model: string, { dryRun, config: file }: Flags, { env, cwd, stdout, stderr }: Terminal) {
  const { config } = loadConfig({ file, env, cwd });
  const weights = await openWeights(config, env);
  const { signal, letGo } = abortOn('SIGINT', 'SIGTERM');
  const progress = createPullProgress(stderr);
  const asked = { signal, report: progress.show };
  try {
    const plan = await weights.plan(model, asked);
    say(stderr, describe(plan));
    if (dryRun) return;
    await weights.fetch(plan, asked);
    progress.end();
    say(stdout, plan.path);
  } catch (failure) {
    progress.end();
    throw signal.aborted ? new CommandFailed('Stopped; the same command goes on where it was.') : failure;
  } finally {
    letGo();
    await weights.close();
  }
}

/** What was chosen, how large it is, and how much of it is there. */
function describe({ reference, from, files, totalBytes, presentBytes }: PullPlan): string {
  const names = files.length === 1 ? files[0]?.name : `${files.length} files`;
  const size = totalBytes === undefined ? 'of unknown size' : formatBytes(totalBytes);
  if (presentBytes === totalBytes) return `${reference}, ${size}: all of it is here already.`;
  const there = presentBytes === 0 ? '' : `, ${formatBytes(presentBytes)} of it here already`;
  return `${reference} from ${from}: ${names}, ${size}${there}.`;
}
