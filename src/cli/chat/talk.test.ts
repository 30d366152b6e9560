import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ManifoldError } from '../../errors.ts';
import { CommandFailed } from '../exit-codes.ts';
import type { ServerClient } from '../server-client.ts';
import { createConversation } from './conversation.ts';
import { talk } from './talk.ts';

const client = {
  async *chat({ messages }: { messages: { content: string }[] }) {
    await sleep(20);
    yield { text: `re: ${messages.at(-1)?.content}`, reasoning: '' };
  },
} as unknown as ServerClient;
const never = new AbortController().signal;

test('lines from a pipe are all answered, though it ended before the first answer', async () => {
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  stdin.end('one\ntwo\n/nothing\nthree');

  await talk(createConversation(client, 'm', undefined), client, never, {
    stdin,
    stdout,
    stderr: new PassThrough(),
    env: {},
    cwd: '/',
  });

  expect(String(stdout.read())).toBe(
    're: one\nre: two\nThere is no /nothing; /help lists what there is.\n\nre: three\n',
  );
});

test('lines from a pipe of which one could not be answered are a failure of the command', async () => {
  const broken = {
    async *chat({ messages }: { messages: { content: string }[] }) {
      if (messages.at(-1)?.content === 'one') throw new ManifoldError('model_not_found', 'There is no m.');
      yield { text: 'two.', reasoning: '' };
    },
  } as unknown as ServerClient;
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stdin.end('one\ntwo\n');

  const talked = talk(createConversation(broken, 'm', undefined), broken, never, {
    stdin,
    stdout,
    stderr,
    env: {},
    cwd: '/',
  });

  await expect(talked).rejects.toThrow(CommandFailed);
  expect([String(stdout.read()), String(stderr.read())]).toEqual(['two.\n', 'manifold: There is no m.\n\n']);
});

test('Ctrl-C takes back what was typed', async () => {
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const stdout = Object.assign(new PassThrough(), { isTTY: true });
  const conversation = createConversation(client, 'm', undefined);
  let shown = '';
  stdout.setEncoding('utf8').on('data', (text: string) => (shown += text));
  const talked = talk(conversation, client, never, { stdin, stdout, stderr: new PassThrough(), env: {}, cwd: '/' });

  stdin.write('one\u0003two\r');
  await expect.poll(() => shown).toContain('re: two\n');
  stdin.write('\u0004');
  await talked;

  expect(shown).not.toContain('Ctrl-C again');
});
