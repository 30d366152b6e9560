import { Command } from 'commander';
import { chatCommand } from './chat.ts';
import { configCommand } from './config.ts';
import { doctorCommand } from './doctor.ts';
import { engineCommand } from './engine.ts';
import { keysCommand } from './keys.ts';
import { modelsCommand } from './models.ts';
import { pullCommand } from './pull.ts';
import { rmCommand } from './rm.ts';
import { serveCommand } from './serve.ts';
import { showCommand } from './show.ts';
import type { Terminal } from './terminal.ts';
import { packageVersion, versionCommand } from './version.ts';

const examples = `
Examples:
  manifold serve                               the built-in model on http://127.0.0.1:8000
  manifold serve --model ~/models/qwen3.gguf   any GGUF file
  manifold chat                                talk to it here in the terminal
  manifold doctor                              what this machine can do, and what is in the way
`;

/** The command line as a parts list. Throws CommanderError instead of ending the process. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command('manifold')
    .description('Serves language models behind the NVIDIA NIM / OpenAI chat-completions API.')
    .version(packageVersion(), '-v, --version', 'print the version')
    .helpOption('-h, --help', 'show help; also after a command')
    .helpCommand('help [command]', 'show help for a command')
    .addHelpText('after', examples);
  const commands = [
    serveCommand,
    chatCommand,
    modelsCommand,
    showCommand,
    pullCommand,
    rmCommand,
    doctorCommand,
    configCommand,
    engineCommand,
    keysCommand,
    versionCommand,
  ];
  for (const command of commands) program.addCommand(command(terminal));
  for (const command of [program, ...descendants(program)]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
      // The caller prints the one line, from the error.
      outputError: () => undefined,
    });
  }
  return program;
}

function descendants(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...descendants(child)]);
}
