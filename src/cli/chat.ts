import { Command } from 'commander';
import { loadConfig } from '../config/load-config.ts';
import { isHubReference } from '../config/weights.ts';
import { ManifoldError } from '../errors.ts';
import { createConversation } from './chat/conversation.ts';
import { answer, talk } from './chat/talk.ts';
import { CommandFailed } from './exit-codes.ts';
import { showLoading } from './load-progress.ts';
import { addAddressFlags, serverInUse, type AddressFlags } from './local-server.ts';
import { createServerClient, type ServerClient } from './server-client.ts';
import { startPrivateServer } from './start-server.ts';
import { abortOn } from './stop-signals.ts';
import { say, type Terminal } from './terminal.ts';

interface Flags extends AddressFlags {
  readonly model?: string;
  readonly system?: string;
  readonly once?: string;
  readonly config?: string;
}

const help = `
Without --url the server running here is used; when none runs, one is started for this chat only.

Examples:
  manifold chat
  manifold chat --model path/to/file.gguf       a file of yours
  manifold chat --once "What is 2 + 2?"         one answer, for scripts
  manifold chat --url https://models.example.org --key nvapi-...
`;

/** `manifold chat`: a conversation in the terminal, with a running server or one of its own. */
export function chatCommand(terminal: Terminal): Command {
  const command = new Command('chat')
    .description('talk to a model in the terminal')
    .option('-m, --model <id>', 'which model of the server; or a .gguf file or hf:… to start a server with')
    .option('--system <text>', 'system prompt')
    .option('--once <question>', 'print one answer and exit');
  return addAddressFlags(command)
    .option('--config <file>', 'configuration file for a server started here')
    .addHelpText('after', help)
    .action(async (flags: Flags) => {
      const { client, signal, ...connection } = await connect(flags, terminal);
      try {
        const conversation = createConversation(client, await chooseModel(client, flags), flags.system);
        if (flags.once === undefined) await talk(conversation, client, signal, terminal);
        else await answer(conversation, flags.once, signal, terminal);
        if (signal.aborted) throw new CommandFailed();
      } finally {
        await connection.close();
      }
    });
}

interface Connection {
  readonly client: ServerClient;
  /** Aborted when the person wants the command to end, where ending the process at once would leave something behind. */
  readonly signal: AbortSignal;
  close(): Promise<void>;
}

async function connect(flags: Flags, terminal: Terminal): Promise<Connection> {
  const { env, cwd, stderr } = terminal;
  const isFile = isGguf(flags.model);
  const client = isFile && flags.url === undefined ? undefined : await serverInUse(flags, terminal);
  if (client) return { client, signal: new AbortController().signal, close: async () => undefined };
  const own = isFile ? [{ path: 'models', value: [{ path: flags.model }], origin: '--model' }] : [];
  const { config } = loadConfig({ flags: own, file: flags.config, env, cwd });
  if (flags.once === undefined) say(stderr, 'No server runs here; starting one for this chat.');
  const { signal, letGo } = abortOn('SIGINT', 'SIGTERM', 'SIGHUP');
  let server: Awaited<ReturnType<typeof startPrivateServer>> | undefined;
  const close = async () => {
    await server?.stop().finally(letGo);
  };
  try {
    server = await startPrivateServer(config, terminal.env);
    await showLoading(server, stderr, { quiet: flags.once !== undefined, signal });
    if (signal.aborted) throw new CommandFailed();
    return { client: createServerClient(server.url, server.key), signal, close };
  } catch (failure) {
    await close();
    throw failure;
  }
}

async function chooseModel(client: ServerClient, { model: wanted, url }: Flags): Promise<string> {
  // A file is what a server was started with here, and an id to one that was not.
  if (wanted !== undefined && (url !== undefined || !isGguf(wanted))) return wanted;
  const models = (await client.models()).filter(({ manifold }) => manifold.task !== 'embedding');
  const model = models.find(({ manifold: { state } }) => state === 'ready' || state === 'upstream') ?? models[0];
  if (model === undefined) throw new ManifoldError('model_not_found', `${client.url} serves no model that answers.`);
  return model.id;
}

function isGguf(model: string | undefined): model is string {
  return model !== undefined && (model.endsWith('.gguf') || isHubReference(model));
}
