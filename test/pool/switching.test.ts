import OpenAI from 'openai';
import { expect, it } from 'vitest';
import { startPoolServer, writeNamedModels, type NamedModels } from '../support/pool-server.ts';

const ids = ['acme/one', 'acme/two', 'acme/three', 'other/four', 'five'];

it('five models are switched by their string alone, under load, in memory for two', async () => {
  using files = writeNamedModels(ids);
  await using server = await startPoolServer({
    models: files.models,
    loading: { memoryLimit: Math.ceil(2.6 * (await plannedBytes(files.models.slice(0, 1)))) },
    timeouts: { commitAfterSeconds: 1 },
  });
  const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: server.key, maxRetries: 0, timeout: 120_000 });
  let mostLoaded = 0;
  const noteLoaded = async () => {
    const loaded = (await server.ps()).filter(({ state }) => state === 'ready').length;
    mostLoaded = Math.max(mostLoaded, loaded);
  };
  const watch = setInterval(() => {
    void noteLoaded();
  }, 100);

  const plain = async (model: string) => {
    const answer = await client.chat.completions.create({ model, messages: [{ role: 'user', content: 'name?' }] });
    expect(answer.model).toBe(model);
    return answer.choices[0]?.message.content;
  };
  const streamed = async (model: string) => {
    let text = '';
    const messages = [{ role: 'user' as const, content: 'name?' }];
    for await (const chunk of await client.chat.completions.create({ model, messages, stream: true }))
      text += chunk.choices[0]?.delta.content ?? '';
    return text;
  };
  try {
    await Promise.all(
      ids.map(async (_, client_) => {
        for (let round = 0; round < 3; round++) {
          const model = ids[(client_ * 2 + round * 3) % ids.length] ?? '';
          const answer = await (round % 2 === 0 ? plain(model) : streamed(model));
          expect(answer).toBe(files.answerOf(model));
        }
      }),
    );
  } finally {
    clearInterval(watch);
  }

  expect(mostLoaded).toBe(2);
  // Those that answer now stand first.
  expect((await client.models.list()).data.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
}, 240_000);

/** What one of the models takes on this machine, as its host says. */
async function plannedBytes(models: NamedModels['models']): Promise<number> {
  await using server = await startPoolServer({ models });
  await expect.poll(async () => (await server.ps())[0]?.state, { timeout: 30_000 }).toBe('ready');
  return (await server.ps())[0]?.memory_planned ?? 0;
}
