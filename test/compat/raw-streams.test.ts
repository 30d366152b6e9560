import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chunkedPieces, headersOf, jsonOf, openRaw } from '../support/raw-connection.ts';
import { rawChat } from '../support/raw-exchange.ts';
import { writeScriptedModel } from '../support/scripted-model.ts';
import { chatBody, startServerProcess, type ServerProcess } from '../support/server-process.ts';
import { sseData } from '../support/sse-events.ts';

const file = writeScriptedModel();
let server: ServerProcess;
beforeAll(async () => {
  server = await startServerProcess({ modelPath: file.path, args: ['--slots', '1', '--context', '8192'] });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  file.remove();
});

const close = ['connection: close'];

/** Comments after one second of silence, headers after a tenth. */
function keepAliveConfig(): string {
  const path = join(file.directory, 'keep-alive.yaml');
  writeFileSync(path, 'timeouts:\n  keepAliveSeconds: 1\n  commitAfterSeconds: 0.1\n');
  return path;
}

async function exchange(text: string): Promise<string> {
  using connection = openRaw(server.port);
  connection.send(text);
  return await connection.untilClosed();
}

describe('a stream on the wire', () => {
  it('has the headers of an event stream that nothing on the way may cache', async () => {
    const headers = headersOf(await exchange(rawChat(server.key, chatBody('hello', { stream: true }), close)));

    expect(headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(headers.get('cache-control')).toBe('no-cache');
    expect(headers.get('x-request-id')).toMatch(/^req_/);
    expect(headers.has('content-length')).toBe(false);
  });

  it('is data lines of one JSON object each, then [DONE] once and nothing after it', async () => {
    const { pieces, isEnded, rest } = chunkedPieces(
      await exchange(
        rawChat(server.key, chatBody('emoji', { stream: true, stream_options: { include_usage: true } }), close),
      ),
    );
    const text = pieces.join('');
    const events = text.split('\n\n');

    expect({ isEnded, rest }).toEqual({ isEnded: true, rest: '' });
    expect(events.slice(-2)).toEqual(['data: [DONE]', '']);
    expect(text.match(/\[DONE\]/g)).toHaveLength(1);
    for (const event of events.slice(0, -2)) expect(event).toMatch(/^data: \{[^\n]*\}$/);
    expect(
      sseData(text)
        .slice(0, -1)
        .map((data) => (JSON.parse(data) as { object: string }).object),
    ).toEqual(events.slice(0, -2).map(() => 'chat.completion.chunk'));
    expect(text).not.toContain('\uFFFD');
  });

  it('leaves piece by piece, long before the end', async () => {
    using connection = openRaw(server.port);
    connection.send(rawChat(server.key, chatBody('forever', { stream: true, max_tokens: 8000 })));
    const begin = await connection.until('tock');

    expect(begin).not.toContain('[DONE]');
    expect(begin).toMatch(/^HTTP\/1\.1 200/);
  });

  it('that fails before its first chunk is a JSON error with its status', async () => {
    const response = await exchange(rawChat(server.key, chatBody('hello', { stream: true, model: 'no/such' }), close));

    expect(response).toMatch(/^HTTP\/1\.1 404/);
    expect(headersOf(response).get('content-type')).toMatch(/^application\/json/);
    expect(jsonOf(response)).toMatchObject({ error: { code: 'model_not_found' } });
  });

  it('of a request that waits long is kept alive by comments without a blank line', async () => {
    await using slow = await startServerProcess({
      modelPath: file.path,
      args: ['--slots', '1', '--context', '32768', '--config', keepAliveConfig()],
    });
    using running = openRaw(slow.port);
    running.send(rawChat(slow.key, chatBody('forever', { stream: true, max_tokens: 32_000 })));
    await running.until('tock');
    using waiting = openRaw(slow.port);
    waiting.send(rawChat(slow.key, chatBody('hello', { stream: true }), close));
    await waiting.until(': ping\n');
    running.socket.destroy();
    const { pieces } = chunkedPieces(await waiting.untilClosed());
    const text = pieces.join('');

    expect(text.replaceAll(': ping\n', '')).not.toContain('ping');
    expect(text).not.toContain(': ping\n\n');
    expect(text).toMatch(/^(: ping\n)+data: \{/);
    expect(text).toMatch(/data: \[DONE\]\n\n$/);
  });

  it('leaves the connection usable for the next request', async () => {
    using connection = openRaw(server.port);
    connection.send(rawChat(server.key, chatBody('hello', { stream: true })));
    await connection.until('0\r\n\r\n');
    connection.send(rawChat(server.key, chatBody('count'), close));

    expect(await connection.untilClosed()).toContain('one two three four five six ');
  });

  it('answers pipelined requests in their order', async () => {
    const requests = ['hello', 'count', 'tag'].map((word, index) =>
      rawChat(server.key, chatBody(word, { stream: word === 'count' }), index === 2 ? close : []),
    );
    const text = await exchange(requests.join(''));
    const at = ['Hello, I am a script.', '[DONE]', 'plain <tool_call> text'].map((part) => text.indexOf(part));

    expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(3);
    expect(at.every((position) => position > 0)).toBe(true);
    expect(at).toEqual(at.toSorted((a, b) => a - b));
  });

  it('has no length and a proper end for HTTP/1.0', async () => {
    const request = rawChat(server.key, chatBody('hello', { stream: true })).replace('HTTP/1.1', 'HTTP/1.0');
    const response = await exchange(request);

    expect(headersOf(response).has('transfer-encoding')).toBe(false);
    expect(response).toMatch(/data: \[DONE\]\n\n$/);
  });
});
