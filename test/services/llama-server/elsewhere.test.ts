import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ChatCompletion } from '../../../src/api/chat-completion.ts';
import { freePort } from '../../../bench/lib/free-port.ts';
import { shortTools } from '../../support/calls.ts';
import { startConfigured } from '../../support/configured-server.ts';
import { llamaServerProgram } from '../../support/llama-server.ts';
import { writeScriptedModel } from '../../support/scripted-model.ts';

/** One that somebody else runs, as `deploy/examples/llama-server.yaml` has it. */
const file = writeScriptedModel(4096);
let child: ChildProcess;
let server: Awaited<ReturnType<typeof startConfigured>>;
beforeAll(async () => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const args = [
    '--model',
    file.path,
    '--port',
    String(port),
    '--threads',
    '1',
    '--parallel',
    '2',
    '--alias',
    'scripted',
  ];
  child = spawn(llamaServerProgram(), [...args, '--api-key', 'sk-of-the-server', '--no-ui', '--offline'], {
    stdio: 'ignore',
  });
  const isUp = () =>
    fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
  // oxlint-disable-next-line no-await-in-loop -- one look after the other
  for (let look = 0; look < 300 && !(await isUp()); look++) await sleep(100);
  server = await startConfigured([{ kind: 'llama-server', url, key: 'sk-of-the-server', answerFormat: 'hermes' }]);
});
afterAll(async () => {
  await server?.stop();
  child?.kill('SIGKILL');
  file.remove();
});

const chat = async (content: string, fields: object = {}) => {
  const response = await server.chat({ model: 'scripted', messages: [{ role: 'user', content }], ...fields });
  return (await response.json()) as ChatCompletion;
};

it('a llama-server elsewhere is listed, and answers through the contract', async () => {
  const { data } = (await (await server.fetch('/v1/models')).json()) as {
    data: { id: string; max_model_len: number }[];
  };

  expect(data).toContainEqual(expect.objectContaining({ id: 'scripted', max_model_len: expect.any(Number) as number }));
  expect((await chat('hello')).choices[0]).toMatchObject({
    message: { content: 'Hello, I am a script.' },
    finish_reason: 'stop',
  });
  expect((await chat('ponder')).choices[0]?.message).toMatchObject({
    content: 'It is four.',
    reasoning_content: 'Two and two',
  });
  expect((await chat('look-up', { tools: shortTools })).choices[0]).toMatchObject({
    finish_reason: 'tool_calls',
    message: { tool_calls: [{ function: { name: 'get_weather' } }] },
  });
  expect((await chat('hello', { guided_regex: '(Hello, I am){2}' })).choices[0]?.message.content).toBe(
    'Hello, I amHello, I am',
  );
});

it('one may answer more requests than it keeps connections for', async () => {
  for (let round = 0; round < 220; round++) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other, over one connection if it were kept
    const { choices } = await chat('silence');
    expect(choices?.[0]?.finish_reason).toBe('stop');
  }
});

it('its text completions are held to what was asked for as well', async () => {
  const schema = { type: 'object', properties: { a: { enum: [true] } }, required: ['a'], additionalProperties: false };
  const asked = { model: 'scripted', prompt: 'one ', max_tokens: 40, guided_json: schema };
  const headers = { 'content-type': 'application/json' };
  const response = await server.fetch('/v1/completions', { method: 'POST', headers, body: JSON.stringify(asked) });
  const { choices } = (await response.json()) as { choices: { text: string }[] };

  expect(JSON.parse(choices[0]?.text ?? '')).toEqual({ a: true });
});
