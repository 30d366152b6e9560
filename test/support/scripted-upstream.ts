import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** What a scripted server was asked. */
export interface Asked {
  readonly path: string;
  /** Of the client's end of the connection. */
  readonly port: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
}

/** How it answers one request; nothing is added. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Before the events. Default: none. */
  readonly afterMs?: number;
  /** The whole body. */
  readonly text?: string;
  /** Events of a stream: objects as JSON, texts as they are. */
  readonly events?: readonly (object | string)[];
  /** Waited for after the first event. */
  readonly until?: Promise<void>;
  /** What follows the events: `[DONE]`, nothing, silence until the client leaves, or a cut connection. */
  readonly end?: 'done' | 'nothing' | 'silence' | 'cut';
}

export interface ScriptedUpstream extends AsyncDisposable {
  readonly url: string;
  readonly asked: readonly Asked[];
  /** Requests to `POST` routes alone. */
  posts(): readonly Asked[];
  /** How many answers their client left. */
  left(): number;
  /** How many answers have not ended. */
  open(): number;
}

/** An HTTP server that follows a script, on a free loopback port. */
export async function startScriptedUpstream(reply: (asked: Asked, count: number) => Reply): Promise<ScriptedUpstream> {
  const asked: Asked[] = [];
  let left = 0;
  let open = 0;
  const server = createServer((request, response) => {
    void answer(request, response).catch((failure: unknown) => response.destroy(failure as Error));
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const piece of request.setEncoding('utf8')) text += piece;
    const one = {
      path: `${request.method} ${request.url}`,
      port: request.socket.remotePort,
      headers: request.headers,
      body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
    };
    asked.push(one);
    open++;
    response.on('close', () => {
      open--;
      if (!response.writableFinished) left++;
    });
    const {
      status = 200,
      headers = {},
      text: body,
      events,
      end = 'done',
      afterMs = 0,
      until,
    } = reply(one, asked.length);
    if (events === undefined) {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      if (end === 'silence') response.write(body ?? '');
      else response.end(body ?? '');
      return;
    }
    response.writeHead(status, { 'content-type': 'text/event-stream', ...headers });
    response.flushHeaders();
    if (afterMs > 0) await sleep(afterMs);
    for (const [at, event] of events.entries()) {
      // oxlint-disable-next-line no-await-in-loop -- the order is what is scripted
      if (at === 1) await until;
      response.write(typeof event === 'string' ? event : `data: ${JSON.stringify(event)}\n\n`);
    }
    if (end === 'done') response.end('data: [DONE]\n\n');
    if (end === 'nothing') response.end();
    if (end === 'cut') setTimeout(() => response.destroy(), 20);
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The scripted server has no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    asked,
    posts: () => asked.filter(({ path }) => path.startsWith('POST')),
    left: () => left,
    open: () => open,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
