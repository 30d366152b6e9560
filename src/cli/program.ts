import { Command, CommanderError } from 'commander';
import type { Terminal } from './terminal.ts';
import { packageVersion } from './version.ts';

const examples = `
Examples:
  manifold serve                               the built-in model on http://127.0.0.1:8000
  manifold serve --model ~/models/qwen3.gguf   any GGUF file
  manifold chat                                talk to it here in the terminal
  manifold doctor                              what this machine can do, and what is in the way
`;

/** Every command, loaded when it is needed: a server starts sooner without the others. */
const commands = {
  serve: async () => (await import('./serve.ts')).serveCommand,
  chat: async () => (await import('./chat.ts')).chatCommand,
  models: async () => (await import('./models.ts')).modelsCommand,
  show: async () => (await import('./show.ts')).showCommand,
  ps: async () => (await import('./ps.ts')).psCommand,
  load: async () => (await import('./load.ts')).loadCommand,
  unload: async () => (await import('./unload.ts')).unloadCommand,
  pull: async () => (await import('./pull.ts')).pullCommand,
  rm: async () => (await import('./rm.ts')).rmCommand,
  doctor: async () => (await import('./doctor.ts')).doctorCommand,
  config: async () => (await import('./config.ts')).configCommand,
  engine: async () => (await import('./engine.ts')).engineCommand,
  keys: async () => (await import('./keys.ts')).keysCommand,
  reload: async () => (await import('./reload.ts')).reloadCommand,
  usage: async () => (await import('./usage.ts')).usageCommand,
  backup: async () => (await import('./backup.ts')).backupCommand,
  restore: async () => (await import('./restore.ts')).restoreCommand,
  version: async () => (await import('./version.ts')).versionCommand,
} as const satisfies Record<string, () => Promise<(terminal: Terminal) => Command>>;

/**
 * The command line as a parts list, as far as `args` need it: with the command that they begin with, or with all.
 * Throws CommanderError, worded for the person, instead of ending the process.
 */
export async function createProgram(terminal: Terminal, [name = '']: readonly string[]): Promise<Command> {
  const program = new Command('manifold')
    .description('Serves language models behind the NVIDIA NIM / OpenAI chat-completions API.')
    .version(packageVersion(), '-v, --version', 'print the version')
    .helpOption('-h, --help', 'show help; also after a command')
    .helpCommand('help [command]', 'show help for a command')
    .addHelpText('after', examples);
  const wanted = Object.hasOwn(commands, name) ? [commands[name as keyof typeof commands]] : Object.values(commands);
  for (const command of await Promise.all(wanted.map((load) => load()))) program.addCommand(command(terminal));
  for (const command of [program, ...descendants(program)]) {
    command
      .exitOverride((failure) => {
        throw new CommanderError(failure.exitCode, failure.code, explain(failure, command));
      })
      .configureOutput({
        writeOut: (text) => terminal.stdout.write(text),
        writeErr: (text) => terminal.stderr.write(text),
        // The caller prints the one line, from the error.
        outputError: () => undefined,
      });
  }
  return program;
}

/** What is wrong with a command line, and whose help says how it is right. */
function explain({ code, message }: CommanderError, command: Command): string {
  // Commander has shown the help in place of saying what is wrong.
  if (code === 'commander.help') return 'name one of the commands above';
  return `${message.replace(/^error: /, '').replace(/\.$/, '')}; see \`${fullName(command)} --help\``;
}

function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}

function descendants(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...descendants(child)]);
}
