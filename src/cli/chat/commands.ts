import { ManifoldError } from '../../errors.ts';
import type { ServerClient } from '../server-client.ts';
import type { Conversation } from './conversation.ts';

const help = `  /new            start over
  /model [id]     show the models, or talk to another
  /system [text]  show the system prompt, or set it; /system - removes it
  /exit           leave (also Ctrl-D, or Ctrl-C twice)
  Ctrl-C stops an answer.`;

/** What a line that begins with a slash does: words to show, or the wish to leave. */
export type Outcome = { readonly show: string } | 'exit';

/** Runs one slash command against the conversation. */
export async function runCommand(line: string, conversation: Conversation, client: ServerClient): Promise<Outcome> {
  const [, name = '', argument = ''] = /^\/(\S*)\s*(.*)$/s.exec(line) ?? [];
  switch (name) {
    case 'help':
    case '?':
      return { show: help };
    case 'exit':
    case 'quit':
    case 'bye':
      return 'exit';
    case 'new':
    case 'clear':
      conversation.clear();
      return { show: 'A new conversation.' };
    case 'system':
      if (argument !== '') conversation.system = argument === '-' ? undefined : argument;
      return {
        show: conversation.system === undefined ? 'No system prompt.' : `System prompt: ${conversation.system}`,
      };
    case 'model':
      return { show: await switchModel(argument.trim(), conversation, client) };
    default:
      return { show: `There is no /${name}; /help lists what there is.` };
  }
}

async function switchModel(id: string, conversation: Conversation, client: ServerClient): Promise<string> {
  const ids = (await client.models()).map((model) => model.id);
  if (id === '') return ids.map((known) => `${known === conversation.model ? '*' : ' '} ${known}`).join('\n');
  const found = await client.model(id).catch((failure: unknown) => {
    if (failure instanceof ManifoldError && failure.code === 'model_not_found') return undefined;
    throw failure;
  });
  // What is known there need not be served.
  if (found === undefined || !ids.includes(found.id)) return `The server has no "${id}". It has: ${ids.join(', ')}.`;
  conversation.model = found.id;
  return `Now talking to ${found.id}.`;
}
