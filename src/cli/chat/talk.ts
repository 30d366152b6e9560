import { createInterface } from 'node:readline';
import { ManifoldError } from '../../errors.ts';
import { CommandFailed } from '../exit-codes.ts';
import type { ServerClient } from '../server-client.ts';
import { say, type Terminal } from '../terminal.ts';
import { createAnswerPrinter } from './answer-printer.ts';
import { runCommand } from './commands.ts';
import type { Conversation } from './conversation.ts';
import { stripControl } from './strip-control.ts';

/**
 * Reads lines and answers them until the person leaves or the signal is aborted. Ctrl-C stops an answer, or takes back
 * what was typed; twice on an empty line leaves. Lines that nobody types are all tried; where one could not be answered the
 * command has failed.
 */
export async function talk(
  conversation: Conversation,
  client: ServerClient,
  leaving: AbortSignal,
  terminal: Terminal,
): Promise<void> {
  const { stdin, stdout, stderr } = terminal;
  const isInteractive = Boolean(stdin.isTTY && stdout.isTTY);
  const lines = createInterface({
    input: stdin,
    output: stdout,
    terminal: isInteractive,
    prompt: isInteractive ? '> ' : '',
  });
  let answering: AbortController | undefined;
  let isLeaving = false;
  let hasFailed = false;
  let isClosed = false;
  lines.on('close', () => {
    isClosed = true;
  });
  // A pipe may have ended long before its last line is answered, and so may a terminal.
  const prompt = () => {
    if (!isClosed) lines.prompt();
  };
  lines.on('SIGINT', () => {
    if (answering !== undefined) return answering.abort();
    if (lines.line !== '') {
      isLeaving = false;
      lines.write(null, { ctrl: true, name: 'e' });
      return lines.write(null, { ctrl: true, name: 'u' });
    }
    if (isLeaving) return lines.close();
    isLeaving = true;
    say(stdout, '\n(Ctrl-C again leaves)');
    prompt();
  });
  const leave = () => {
    answering?.abort();
    lines.close();
  };
  leaving.addEventListener('abort', leave, { once: true });
  if (isInteractive) say(stdout, `Talking to ${conversation.model}. /help shows the commands.\n`);
  prompt();
  for await (const typed of lines) {
    isLeaving = false;
    const line = typed.trim();
    try {
      if (line.startsWith('/')) {
        const outcome = await runCommand(line, conversation, client);
        if (outcome === 'exit') break;
        say(stdout, `${outcome.show}\n`);
      } else if (line !== '') {
        answering = new AbortController();
        await answer(conversation, line, answering.signal, terminal);
      }
    } catch (failure) {
      if (!(failure instanceof ManifoldError)) throw failure;
      hasFailed = true;
      say(stderr, `${isInteractive ? '\n' : ''}manifold: ${stripControl(failure.message)}\n`);
    } finally {
      answering = undefined;
    }
    prompt();
  }
  leaving.removeEventListener('abort', leave);
  lines.close();
  if (hasFailed && !isInteractive) throw new CommandFailed();
}

/** Prints one answer as it comes. Being stopped is no failure. */
export async function answer(
  conversation: Conversation,
  question: string,
  signal: AbortSignal,
  { stdout }: Terminal,
): Promise<void> {
  try {
    const print = createAnswerPrinter(stdout);
    for await (const piece of conversation.ask(question, signal)) print(piece);
    say(stdout, stdout.isTTY ? '\n' : '');
  } catch (failure) {
    if (!signal.aborted) throw failure;
    say(stdout, ' [stopped]\n');
  }
}
