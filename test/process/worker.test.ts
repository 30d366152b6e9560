import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { launcher, runManifold } from '../support/run-manifold.ts';

const token = 'a-token-of-the-worker';
const key = 'a-key-of-the-front-server';
const directory = mkdtempSync(join(tmpdir(), 'manifold-worker-'));
const env = { PATH: process.env['PATH'], HOME: '/nonexistent' };

/** A Manifold as a child; resolves with its address once it says `until`. */
function start(
  args: string[],
  until: RegExp,
  more: NodeJS.ProcessEnv = {},
): Promise<{ url: string; child: ChildProcess }> {
  const child = spawn(process.execPath, [launcher, ...args], {
    cwd: directory,
    env: { ...env, ...more },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  return new Promise((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      const url = /Listening on (\S+);/.exec(stderr)?.[1];
      if (url !== undefined && until.test(stderr)) resolve({ url, child });
    });
    child.on('close', () => reject(new Error(`It ended:\n${stderr}`)));
  });
}

describe('a worker, and a Manifold in front of it', () => {
  let worker: Awaited<ReturnType<typeof start>>;
  let front: Awaited<ReturnType<typeof start>>;
  let client: OpenAI;
  const model = 'team/assistant';

  beforeAll(async () => {
    worker = await start(['engine', 'serve', '--port', '0', '--threads', '1'], /is ready/, { MANIFOLD_TOKEN: token });
    const file = join(directory, 'manifold.yaml');
    const engines = `engines:\n  - kind: manifold\n    url: ${worker.url}\n    keyFrom: { env: WORKER_TOKEN }\n    checkSeconds: 1\n    models: { ${model}: manifold/builtin }\n`;
    writeFileSync(file, `port: 0\nbuiltIn: false\nstateDir: ${directory}/state\nauth: { keys: [${key}] }\n${engines}`);
    front = await start(['serve'], /^manifold: 1 model$[^]*Try it:/m, { WORKER_TOKEN: token });
    client = new OpenAI({ baseURL: `${front.url}/v1`, apiKey: key, maxRetries: 0 });
    await vi.waitFor(async () => expect((await fetch(`${front.url}/v1/health/ready`)).status).toBe(200), {
      timeout: 60_000,
      interval: 100,
    });
  });
  afterAll(() => {
    worker.child.kill('SIGKILL');
    front.child.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  });

  const messages = [{ role: 'user' as const, content: 'Hello' }];

  it('the models are listed with their context', async () => {
    const { data } = await client.models.list();

    expect(data).toMatchObject([{ id: model, max_model_len: 1024, manifold: { state: 'upstream', task: 'chat' } }]);
  });

  it('plain and streamed answers are the same, with usage and log probabilities', async () => {
    const asked = { model, messages, max_tokens: 12, seed: 3, n: 2, logprobs: true, top_logprobs: 2 };
    const answer = await client.chat.completions.create(asked);
    const stream = client.chat.completions.stream({ ...asked, stream_options: { include_usage: true } });
    const streamed = await stream.finalChatCompletion();

    expect(streamed.choices.map(({ message }) => message.content)).toEqual(
      answer.choices.map(({ message }) => message.content),
    );
    expect(streamed.usage?.completion_tokens).toBe(answer.usage?.completion_tokens);
    expect(answer.choices[0]?.logprobs?.content?.[0]?.top_logprobs).toHaveLength(2);
    expect(answer.model).toBe(model);
  });

  it('forced calls hold to their schema', async () => {
    const parameters = {
      type: 'object',
      properties: { city: { type: 'string', enum: ['Oslo'] } },
      required: ['city'],
      additionalProperties: false,
    };
    const { choices } = await client.chat.completions.create({
      model,
      messages,
      tools: [{ type: 'function', function: { name: 'weather', parameters } }],
      tool_choice: 'required',
    });
    const [call] = choices[0]?.message.tool_calls ?? [];

    expect(choices[0]?.finish_reason).toBe('tool_calls');
    expect(call?.type === 'function' && JSON.parse(call.function.arguments)).toEqual({ city: 'Oslo' });
  });

  it('texts are gone on from, and tokens are told', async () => {
    const completion = await client.completions.create({ model, prompt: 'Once', max_tokens: 3, echo: true });
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const tokenized = await fetch(`${front.url}/tokenize`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ model, prompt: 'Once' }),
    });

    expect(completion.choices[0]?.text).toMatch(/^Once/);
    expect(await tokenized.json()).toMatchObject({ count: expect.any(Number), max_model_len: 1024 });
  });

  it('an error keeps its code, its field and its status', async () => {
    const failure: unknown = await client.chat.completions
      .create({ model, messages: [{ role: 'user', content: 'sea '.repeat(5000) }] })
      .catch((each: unknown) => each);

    expect(failure).toMatchObject({ status: 400, code: 'context_length_exceeded' });
  });

  it('the worker has no page, wants its token, and no other key', async () => {
    const statuses = await Promise.all(
      [undefined, key, token].map(async (each) => {
        const headers = each === undefined ? {} : { authorization: `Bearer ${each}` };
        return (await fetch(`${worker.url}/v1/models`, { headers })).status;
      }),
    );

    expect(statuses).toEqual([401, 401, 200]);
    expect((await fetch(worker.url)).status).toBe(404);
  });

  it('off loopback a worker needs a token', async () => {
    const { code, stderr } = await runManifold(['engine', 'serve', '--host', '0.0.0.0', '--port', '0'], {
      cwd: directory,
      env: {},
    });

    expect(code).toBe(1);
    expect(stderr).toMatch(/needs --token or MANIFOLD_TOKEN/);
  });

  it('a worker that is gone is an error, and its models are failed', async () => {
    const ended = once(worker.child, 'exit');
    worker.child.kill('SIGKILL');
    await ended;
    const failure: unknown = await client.chat.completions.create({ model, messages }).catch((each: unknown) => each);

    expect(failure).toMatchObject({ status: 503, code: 'engine_unreachable' });
    await expect
      .poll(async () => (await client.models.list()).data)
      .toMatchObject([{ manifold: { state: 'failed', reason: 'The engine cannot be reached.' } }]);
  });
});
