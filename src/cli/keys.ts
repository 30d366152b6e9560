import { Command } from 'commander';
import { auditCommand } from './keys/audit.ts';
import { changeCommand } from './keys/change.ts';
import { createCommand } from './keys/create.ts';
import { listCommand } from './keys/list.ts';
import { resetCommand } from './keys/reset.ts';
import { revokeCommand } from './keys/revoke.ts';
import { rotateCommand } from './keys/rotate.ts';
import { showCommand } from './keys/show.ts';
import type { Terminal } from './terminal.ts';

const help = `
A running server notices every change within a second; it need not be restarted.

Examples:
  manifold keys create --name ci --team search --model 'meta/*' --limit requestsPerMinute=60
  manifold keys rotate key_0a1b2c3d4e5f --overlap 1d
  manifold keys revoke key_0a1b2c3d4e5f
  manifold keys reset     when every key has to go
`;

const parts = [
  listCommand,
  createCommand,
  showCommand,
  changeCommand,
  rotateCommand,
  revokeCommand,
  resetCommand,
  auditCommand,
];

/** `manifold keys`: makes, shows and ends the keys of a state directory. */
export function keysCommand(terminal: Terminal): Command {
  const command = new Command('keys').description('make, list, change and end the API keys').addHelpText('after', help);
  for (const part of parts) command.addCommand(part(terminal));
  return command;
}
