import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { ServerClient } from '../server-client.ts';
import { createConversation } from './conversation.ts';
import { talk } from './talk.ts';

test('lines from a pipe are all answered, though it ended before the first answer', async () => {
  const client = {
    async *chat({ messages }: { messages: { content: string }[] }) {
      await sleep(20);
      yield { text: `re: ${messages.at(-1)?.content}`, reasoning: '' };
    },
  } as unknown as ServerClient;
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  stdin.end('one\ntwo\n/nothing\nthree');

  await talk(createConversation(client, 'm', undefined), client, {
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
