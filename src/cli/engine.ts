import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { buildLlamaServer } from './engine/build.ts';
import { buildDirectory, isFinished } from './engine/build-directory.ts';
import { ownSource } from './engine/own-source.ts';
import { pinnedSource } from './engine/pinned-source.ts';
import { serveWorkerCommand } from './engine/serve-worker.ts';
import { CommandFailed } from './exit-codes.ts';
import { addStateOptions, type StateFlags, stateDirFromFlags } from './state-options.ts';
import { abortOn } from './stop-signals.ts';
import { say, type Terminal } from './terminal.ts';

interface Flags extends StateFlags {
  readonly source?: string;
}

interface BuildFlags extends Flags {
  readonly jobs: number;
  readonly force: boolean;
}

const help = `
Manifold's engine computes with the libraries that are built, which are faster than the packaged ones.
Needs cmake, ninja or make, a C++ compiler and git. npm fetches the source with its own settings
(registry, proxy, credentials), and it is used only if it hashes to what this release expects.

Examples:
  manifold engine build                          llama.cpp ${pinnedSource.llamaCpp}, for this processor
  manifold engine build --source ~/src/llama.cpp
  "$(manifold engine path)" --version
`;

/** `manifold engine`: compiles llama.cpp's own server, says where it is, and serves models to another Manifold. */
export function engineCommand(terminal: Terminal): Command {
  return new Command('engine')
    .description("build llama.cpp's server and libraries for this processor, or serve models to another Manifold")
    .addHelpText('after', help)
    .addCommand(buildCommand(terminal))
    .addCommand(pathCommand(terminal))
    .addCommand(serveWorkerCommand(terminal));
}

function buildCommand(terminal: Terminal): Command {
  return addStateOptions(new Command('build'))
    .description('compile llama-server and llama-bench, unless that was done, and print where llama-server is')
    .option('--source <directory>', 'a llama.cpp source tree to compile in place of the pinned one')
    .option('--jobs <count>', 'compilers that run at the same time', toCount, Math.max(1, availableParallelism() - 1))
    .option('--force', 'start anew, also when it is built', false)
    .action(async ({ jobs, force, ...flags }: BuildFlags) => {
      const source = flags.source === undefined ? undefined : ownSource(flags.source, terminal.cwd);
      const stateDir = stateDirFromFlags(flags, terminal);
      const { signal, letGo } = abortOn('SIGINT', 'SIGTERM');
      try {
        const options = { stateDir, source, jobs, force, signal };
        say(terminal.stdout, await buildLlamaServer(options, terminal));
      } finally {
        letGo();
      }
    });
}

function pathCommand(terminal: Terminal): Command {
  return addStateOptions(new Command('path'))
    .description('print where the built llama-server is')
    .option('--source <directory>', 'the one that was built from this source tree')
    .action((flags: Flags) => {
      const source = flags.source === undefined ? undefined : ownSource(flags.source, terminal.cwd);
      const directory = buildDirectory(stateDirFromFlags(flags, terminal), source);
      if (!isFinished(directory)) {
        const own = flags.source === undefined ? '' : ` --source ${flags.source}`;
        throw new CommandFailed(`llama-server is not built; \`manifold engine build${own}\` does it, in minutes.`);
      }
      say(terminal.stdout, directory.server);
    });
}

function toCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('It must be a whole number from 1 on.');
  return count;
}
