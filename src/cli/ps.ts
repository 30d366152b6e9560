import { Command } from 'commander';
import type { LocalModel } from '../api/local-models.ts';
import { columns } from './columns.ts';
import { addServerFlags, serverOf, type ServerFlags } from './local-server.ts';
import { say, type Terminal } from './terminal.ts';

const help = `
A model that is "available" is loaded when it is first asked. "memory" is what its process has, and what was planned
for; "until" is when it is unloaded if nobody asks.

Examples:
  manifold ps
  manifold ps --json
`;

/** `manifold ps`: the local models of a running server, and what each takes of the machine. */
export function psCommand(terminal: Terminal): Command {
  return addServerFlags(new Command('ps'))
    .description('list the local models of a running server, and what they take of the machine')
    .addHelpText('after', help)
    .action(async (flags: ServerFlags) => {
      const models = await serverOf(flags, terminal).localModels();
      if (flags.json) return say(terminal.stdout, JSON.stringify(models, null, 2));
      const header = ['model', 'state', 'requests', 'memory', 'threads', 'context', 'until'];
      for (const line of columns([header, ...models.map(rowOf)])) say(terminal.stdout, line);
    });
}

function rowOf(model: LocalModel): string[] {
  const { state, progress, context_length: context, slots } = model;
  return [
    model.id,
    progress === null ? state : `${state} ${Math.floor(progress * 100)}%`,
    String(model.requests),
    memoryOf(model),
    model.threads === null ? '' : String(model.threads),
    context === null ? '' : `${slots ?? '?'} x ${context}`,
    untilOf(model),
  ];
}

function memoryOf({ memory_resident: resident, memory_planned: planned }: LocalModel): string {
  if (planned === null) return '';
  return `${resident === null ? '?' : mib(resident)} of ${mib(planned)} MiB`;
}

function untilOf({ pinned, expires_in: seconds, reason }: LocalModel): string {
  if (reason !== null) return reason;
  if (pinned) return 'pinned';
  if (seconds === null) return '';
  return seconds < 60 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
}

function mib(bytes: number): string {
  return String(Math.round(bytes / 2 ** 20));
}
