import { expect, test } from 'vitest';
import { ManifoldError } from '../../errors.ts';
import type { ServerClient } from '../server-client.ts';
import { runCommand } from './commands.ts';
import { createConversation } from './conversation.ts';

/** Serves one model, which has another name, and knows one that it does not serve. */
const names: Readonly<Record<string, string>> = {
  'qwen/qwen3': 'qwen/qwen3',
  'qwen3:8b': 'qwen/qwen3',
  other: 'a/other',
};
const client = {
  models: async () => [{ id: 'qwen/qwen3' }],
  async model(name: string) {
    const id = names[name];
    if (id === undefined) throw new ManifoldError('model_not_found', 'No such model.');
    return { id };
  },
} as unknown as ServerClient;

test.each([
  ['qwen/qwen3', 'Now talking to qwen/qwen3.', 'qwen/qwen3'],
  ['qwen3:8b', 'Now talking to qwen/qwen3.', 'qwen/qwen3'],
  ['other', 'The server has no "other". It has: qwen/qwen3.', 'm'],
  ['none', 'The server has no "none". It has: qwen/qwen3.', 'm'],
])('/model %s finds a served model by any of its names', async (name, show, model) => {
  const conversation = createConversation(client, 'm', undefined);

  expect(await runCommand(`/model ${name}`, conversation, client)).toEqual({ show });
  expect(conversation.model).toBe(model);
});
