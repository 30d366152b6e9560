import { once } from 'node:events';
import { createServer } from 'node:http';
import { Pool } from 'undici';
import { describe, expect, it } from 'vitest';
import { emulatedHeader, promptTokensHeader } from '../../api/internal/engine-host.ts';
import { chatCompletionRequest } from '../../api/chat-completion-request.ts';
import { streamChat } from './chat-client.ts';
import { emulatedNames } from './emulated-names.ts';

const request = chatCompletionRequest.parse({ model: 'm', messages: [{ role: 'user', content: 'x' }] });

/** Asks an endpoint that accepts with this header, and reads its answer. */
async function askAcceptedWith(name: string, header: string | undefined, caller: Parameters<typeof streamChat>[3]) {
  await using server = createServer((_, response) => {
    if (header !== undefined) response.setHeader(name, header);
    response.end('data: [DONE]\n\n');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const dispatcher = new Pool(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
  const chunks = await streamChat({ dispatcher, path: '/' }, request, new AbortController().signal, caller);
  await Array.fromAsync(chunks);
  await dispatcher.destroy();
}

describe('the length of the prompt', () => {
  it.each([
    ['123', [123]],
    ['', []],
    ['-1', []],
    ['many', []],
    [undefined, []],
  ])('is told when the endpoint accepts the request: %j', async (header, expected) => {
    const told: number[] = [];

    await askAcceptedWith(promptTokensHeader, header, { onPromptTokens: (tokens) => void told.push(tokens) });

    expect(told).toEqual(expected);
  });
});

describe('what an endpoint does in another way than asked', () => {
  it.each([
    ['tool_choice, parallel_tool_calls', [['tool_choice', 'parallel_tool_calls']]],
    [undefined, []],
  ])('is told when it accepts the request: %s', async (header, expected) => {
    const told: (readonly string[])[] = [];

    await askAcceptedWith(emulatedHeader, header, { onEmulated: (names) => void told.push(names) });

    expect(told).toEqual(expected);
  });

  it.each([
    [undefined, []],
    ['', []],
    ['tools,tools , strict', ['tools', 'strict']],
    [
      ['tools', 'bad name, strict'],
      ['tools', 'strict'],
    ],
    ['x'.repeat(201), []],
  ])('is read from %j', (header, names) => {
    expect(emulatedNames(header)).toEqual(names);
  });
});
