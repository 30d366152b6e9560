import { once } from 'node:events';
import { createServer } from 'node:net';
import { Pool } from 'undici';
import { describe, expect, it } from 'vitest';
import { connectionFailure } from './connection-failure.ts';

const never = new AbortController().signal;
const failing = (fields: object) => Object.assign(new Error('x'), fields);

describe('a failed connection', () => {
  it.each([
    [{ code: 'ECONNREFUSED', syscall: 'connect' }, 'engine_unreachable'],
    [{ code: 'ENOTFOUND', syscall: 'getaddrinfo' }, 'engine_unreachable'],
    [{ code: 'CERT_HAS_EXPIRED' }, 'upstream_tls'],
    [{ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'upstream_tls'],
    [{ code: 'INVALID_CA' }, 'upstream_tls'],
    [{ code: 'EPROTO', syscall: 'write' }, 'upstream_tls'],
    [{ code: 'UND_ERR_CONNECT_TIMEOUT' }, 'engine_connect_timeout'],
    [{ code: 'UND_ERR_HEADERS_TIMEOUT' }, 'engine_first_token_timeout'],
    [{ code: 'UND_ERR_BODY_TIMEOUT' }, 'engine_token_timeout'],
    [{ code: 'ECONNRESET', syscall: 'read' }, 'engine_disconnected'],
    [{ code: 'UND_ERR_SOCKET' }, 'engine_disconnected'],
    [{}, 'engine_disconnected'],
  ])('with %j is %s', (fields, code) => {
    expect(connectionFailure(failing(fields), never).code).toBe(code);
    expect(connectionFailure(failing(fields), never).message.length).toBeGreaterThan(20);
  });

  it('is told by the client as it is: nobody listens, or the answer breaks off', async () => {
    await using server = createServer((socket) => socket.once('data', () => socket.destroy())).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const codeAt = async (url: string) => {
      const pool = new Pool(url);
      const cause: unknown = await pool.request({ method: 'GET', path: '/' }).catch((reason: unknown) => reason);
      await pool.destroy();
      return connectionFailure(cause, never).code;
    };

    expect(await codeAt(`http://127.0.0.1:${port}`)).toBe('engine_disconnected');
    expect(await codeAt('http://127.0.0.1:1')).toBe('engine_unreachable');
  });
});
