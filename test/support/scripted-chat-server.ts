import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a scripted answer does, one step after the other. */
export type Step =
  | { readonly say: string }
  | { readonly think: string }
  | { readonly wait: number }
  /** An HTTP error if nothing was said yet, an error event otherwise. */
  | { readonly fail: { readonly status: number; readonly code: string; readonly message: string } }
  /** The socket is closed in the middle of the stream. */
  | { readonly hangUp: true };

export interface ScriptedChatServer extends AsyncDisposable {
  readonly url: string;
  /** The bodies of the chat requests so far, oldest first. */
  readonly requests: ReadonlyArray<Record<string, unknown>>;
  /** How many answers ended because the client went away. */
  readonly abandoned: () => number;
}

interface Options {
  /** The answer to a question; the last user message decides. */
  readonly script: (question: string) => readonly Step[];
  readonly key?: string;
}

const page = join(import.meta.dirname, '..', '..', 'web', 'dist');
const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The policy under which the chat page has to work. */
export const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "frame-ancestors 'none'; base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'";

/** A server with the page and just enough of the API to make the page show everything it can show. */
export async function startScriptedChatServer({ script, key }: Options): Promise<ScriptedChatServer> {
  const requests: Record<string, unknown>[] = [];
  let abandoned = 0;

  const server = createServer((request, response) => {
    respond(request, response).catch((failure: unknown) => response.destroy(failure as Error));
  });

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://local').pathname;
    response.setHeader('x-request-id', 'req-scripted');
    if (!path.startsWith('/v1/')) return sendFile(response, path === '/' ? 'index.html' : path.replace('/assets/', ''));
    if (key !== undefined && request.headers.authorization !== `Bearer ${key}`) {
      return sendError(response, { status: 401, code: 'invalid_api_key', message: 'The API key is wrong.' });
    }
    if (path === '/v1/models') return sendJson(response, 200, { object: 'list', data: modelsAfter(requests.length) });
    const body = JSON.parse(await text(request)) as { messages: { content: string }[] };
    requests.push(body);
    response.on('close', () => {
      if (!response.writableFinished) abandoned += 1;
    });
    await answer(response, script(body.messages.at(-1)?.content ?? ''));
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The scripted server has no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    abandoned: () => abandoned,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** One that is ready, and one that is by the time of the first answer. */
const modelsAfter = (answers: number) =>
  ['scripted/echo-small', 'scripted/still-loading'].map((id, index) => ({
    id,
    object: 'model',
    manifold: { state: index === 0 || answers > 0 ? 'ready' : 'loading', reason: null, progress: null },
  }));

async function answer(response: ServerResponse, steps: readonly Step[]): Promise<void> {
  let said = 0;
  for (const step of steps) {
    if (response.destroyed) return;
    if ('wait' in step) await sleep(step.wait);
    else if ('hangUp' in step) return void response.destroy();
    else if ('fail' in step) {
      if (said === 0) return sendError(response, step.fail);
      return void response.end(event(errorBody(step.fail)));
    } else {
      if (said === 0) {
        response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
        response.write(': ping\n');
      }
      const delta = 'think' in step ? { reasoning_content: step.think } : { content: step.say };
      response.write(event(chunk(said === 0 ? { role: 'assistant', ...delta } : delta, null)));
      said += 1;
    }
  }
  response.write(event(chunk({}, 'stop')));
  response.write(event({ ...chunk({}, null), choices: [], usage: { prompt_tokens: 7, completion_tokens: said } }));
  response.end('data: [DONE]\n\n');
}

function chunk(delta: object, finish_reason: string | null): object {
  return {
    id: 'chatcmpl-scripted',
    object: 'chat.completion.chunk',
    created: 0,
    model: 'scripted/echo-small',
    choices: [{ index: 0, delta, logprobs: null, finish_reason }],
    usage: null,
  };
}

function event(value: object): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

function errorBody({ status, code, message }: { status: number; code: string; message: string }): object {
  return { error: { message, type: 'server_error', param: null, code }, status, title: code, detail: message };
}

function sendError(response: ServerResponse, failure: { status: number; code: string; message: string }): void {
  sendJson(response, failure.status, errorBody(failure));
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function sendFile(response: ServerResponse, name: string): Promise<void> {
  const file = await readFile(join(page, name)).catch(() => undefined);
  if (file === undefined) return void response.writeHead(404).end();
  response.setHeader('content-type', types[extname(name)] ?? 'application/octet-stream');
  response.setHeader('content-security-policy', pagePolicy);
  response.end(file);
}

async function text(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const piece of request.setEncoding('utf8')) body += piece;
  return body;
}
