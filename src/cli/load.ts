import { Command } from 'commander';
import { addServerFlags, serverOf, type ServerFlags } from './local-server.ts';
import { say, type Terminal } from './terminal.ts';

interface Flags extends ServerFlags {
  readonly keepAlive?: string;
}

const help = `
Any request loads its model by itself; this does so beforehand, and tells why it cannot be. A model that failed is tried
again.

Examples:
  manifold load qwen3-8b
  manifold load qwen3-8b --keep-alive 2h
`;

/** `manifold load`: brings a local model of a running server into memory. */
export function loadCommand(terminal: Terminal): Command {
  return addServerFlags(new Command('load'))
    .argument('<model>', 'a local model of the server')
    .option('--keep-alive <time>', 'how long it stays without a request: 300, 5m, 0 (at once), -1 (for ever)')
    .description('load a model of a running server')
    .addHelpText('after', help)
    .action(async (model: string, flags: Flags) => {
      const loaded = await serverOf(flags, terminal).load(model, flags.keepAlive);
      if (flags.json) return say(terminal.stdout, JSON.stringify(loaded, null, 2));
      const { id, slots, context_length: context, reason } = loaded;
      say(
        terminal.stdout,
        `${id} is loaded: ${slots} slots of ${context} tokens.${reason === null ? '' : ` ${reason}`}`,
      );
    });
}
