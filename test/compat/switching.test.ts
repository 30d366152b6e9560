import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scriptedModel } from '../../scripts/make-scripted-model.ts';
import { startServerProcess, type ServerProcess } from '../support/server-process.ts';

/** Made models under names of the catalogue: what each says, and what clients call it. */
const models = [
  { file: 'Qwen3-0.6B', says: 'I am the first.', names: ['qwen/qwen3-0.6b', 'Qwen/Qwen3-0.6B', 'qwen3:0.6b'] },
  { file: 'gemma3:1b', says: 'I am the second.', names: ['google/gemma-3-1b-it', 'gemma-3-1b-it', 'gemma3:1b'] },
  { file: 'llama-3.2-1b-instruct', says: 'I am the third.', names: ['meta/llama-3.2-1b-instruct', 'llama3.2:1b'] },
  {
    file: 'granite-4.0-micro',
    says: 'I am the fourth.',
    names: ['ibm/granite-4.0-micro', 'ibm-granite/granite-4.0-micro'],
  },
] as const;
const calls = models.flatMap(({ names, says }) => names.map((name) => ({ name, says })));

let directory: string;
let server: ServerProcess;
let client: OpenAI;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'manifold-switching-'));
  const [first = '', ...others] = models.map(({ file, says }) => {
    const path = join(directory, `${file}.gguf`);
    const script = {
      word: 'who',
      pieces: ['I am the ', says.slice('I am the '.length)],
      ends: 'with-end-token',
    } as const;
    writeFileSync(path, scriptedModel([script], { contextLength: 2048 }));
    return path;
  });
  server = await startServerProcess({
    modelPath: first,
    args: others.flatMap((path) => ['--model', path]),
    // The helper's name for the first model; empty: the file's.
    env: { NIM_SERVED_MODEL_NAME: '' },
  });
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: server.key, maxRetries: 0 });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

async function ask(model: string): Promise<string | null | undefined> {
  const { choices } = await client.chat.completions.create({ model, messages: [{ role: 'user', content: 'who?' }] });
  return choices[0]?.message.content;
}

describe('the model string', () => {
  it('is all it takes to talk to another model, one after the other', async () => {
    for (const { name, says } of calls) expect([name, await ask(name)]).toEqual([name, says]);
  });

  it('gets each its own answer while all are asked at once', async () => {
    const many = Array.from({ length: 4 }, () => calls).flat();
    const answers = await Promise.all(many.map(({ name }) => ask(name)));

    expect(answers).toEqual(many.map(({ says }) => says));
  });

  it('is refused with what would help when the model is not served', async () => {
    await expect(ask('meta/llama-3.3-70b-instruct')).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
      message: expect.stringContaining('`manifold pull meta/llama-3.3-70b-instruct`'),
    });
    await expect(ask('nvidia/nemotron-3-content-safety')).rejects.toMatchObject({ status: 410, code: 'model_retired' });
  });

  it('that the list begins with is one that answers', async () => {
    const first = (await client.models.list()).data[0]?.id ?? '';

    expect(await ask(first)).toMatch(/^I am the /);
  });
});
