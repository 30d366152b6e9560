import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent, type Dispatcher } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { createTokenClient } from './token-client.ts';

let host: Server | undefined;
afterEach(() => host?.close());

/** A client of a host that answers everything with this. */
async function clientOf(status: number, body: string) {
  host = createServer((_request, response) => response.writeHead(status).end(body)).listen(0);
  await new Promise((resolve) => host?.once('listening', resolve));
  const { port } = host.address() as AddressInfo;
  const agent = new Agent();
  const dispatcher = {
    dispatch: (options, handler) => agent.dispatch({ ...options, origin: `http://127.0.0.1:${port}` }, handler),
  } as Dispatcher;
  return createTokenClient(dispatcher, (send) => send());
}

const { signal } = new AbortController();
const errorOf = (code: string, param: string | null = null) =>
  JSON.stringify({ error: { message: 'No.', type: 'x', param, code } });

describe('a client of the token routes', () => {
  it('passes on what the host answers and refuses', async () => {
    const good = await clientOf(200, '{"text":"hi"}');
    expect(await good.detokenize([1], signal)).toBe('hi');
    host?.close();

    const bad = await clientOf(400, errorOf('invalid_value', 'tokens[0]'));
    await expect(bad.detokenize([1], signal)).rejects.toMatchObject({ code: 'invalid_value', param: 'tokens[0]' });
  });

  it('blames the model when its host has no such route', async () => {
    const client = await clientOf(404, errorOf('route_not_found'));

    await expect(client.detokenize([1], signal)).rejects.toMatchObject({
      code: 'unsupported_parameter',
      param: 'model',
      status: 400,
    });
  });

  it('takes no answer of another shape', async () => {
    const client = await clientOf(200, '{"tokens":"none"}');
    const call = { text: 'x', addsSpecialTokens: true, isNamed: false };

    await expect(client.tokenize(call, signal)).rejects.toMatchObject({ code: 'engine_error' });
  });

  it('tells a lost host from a client that left', async () => {
    const client = await clientOf(200, '{}');
    host?.close();
    host?.closeAllConnections();
    const left = AbortSignal.abort();

    await expect(client.detokenize([1], signal)).rejects.toMatchObject({ code: 'engine_unreachable' });
    await expect(client.detokenize([1], left)).rejects.toMatchObject({ code: 'client_closed_request' });
  });
});
