import { once } from 'node:events';
import { createServer } from 'node:http';
import { Pool } from 'undici';
import { describe, expect, it } from 'vitest';
import { emulatedHeader } from '../../api/internal/engine-host.ts';
import { chatCompletionRequest } from '../../api/chat-completion-request.ts';
import { streamChat } from './chat-client.ts';
import { emulatedNames } from './emulated-names.ts';

const request = chatCompletionRequest.parse({ model: 'm', messages: [{ role: 'user', content: 'x' }] });

describe('what an endpoint does in another way than asked', () => {
  it.each([
    ['tool_choice, parallel_tool_calls', [['tool_choice', 'parallel_tool_calls']]],
    [undefined, []],
  ])('is told when it accepts the request: %s', async (header, expected) => {
    await using server = createServer((_, response) => {
      if (header !== undefined) response.setHeader(emulatedHeader, header);
      response.end('data: [DONE]\n\n');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const dispatcher = new Pool(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
    const told: (readonly string[])[] = [];

    const chunks = await streamChat({ dispatcher, path: '/' }, request, new AbortController().signal, (names) =>
      told.push(names),
    );

    expect(told).toEqual(expected);
    await Array.fromAsync(chunks);
    await dispatcher.destroy();
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
