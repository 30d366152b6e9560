import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { serverOf } from './local-server.ts';

it.each([
  ['', undefined],
  ['nvapi-x', 'Bearer nvapi-x'],
])('of a key in the environment that is %j, the server hears %j', async (key, heard) => {
  const seen: (string | undefined)[] = [];
  const server = createServer(({ headers }, response) => {
    seen.push(headers.authorization);
    response.end('{"object":"list","data":[]}');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const terminal = { stdin, stdout, stderr, cwd: '/', env: { MANIFOLD_API_KEY: key } };

  await serverOf({ url: `http://127.0.0.1:${port}` }, terminal).localModels();
  server.closeAllConnections();
  server.close();

  expect(seen).toEqual([heard]);
});
