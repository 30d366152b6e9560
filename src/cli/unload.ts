import { Command } from 'commander';
import { addServerFlags, serverOf, type ServerFlags } from './local-server.ts';
import { say, type Terminal } from './terminal.ts';

const help = `
Requests that it answers are finished first; new ones wait, and load it again.

Examples:
  manifold unload qwen3-8b
`;

/** `manifold unload`: gives back the memory of a local model of a running server. */
export function unloadCommand(terminal: Terminal): Command {
  return addServerFlags(new Command('unload'))
    .argument('<model>', 'a local model of the server')
    .description('unload a model of a running server')
    .addHelpText('after', help)
    .action(async (model: string, flags: ServerFlags) => {
      const unloaded = await serverOf(flags, terminal).unload(model);
      say(terminal.stdout, flags.json ? JSON.stringify(unloaded, null, 2) : `${unloaded.id} is unloaded.`);
    });
}
