import { createServer, type Socket } from 'node:net';
import { createMessageReader } from './http-messages.ts';
import { createPace } from './pace.ts';
import { createScriptedAnswers, json } from './scripted-answers.ts';

/**
 * The upstream that all gateways have before them, a process of its own: it answers chat completions from memory, with as
 * many tokens and as fast as the message says, and tells by `GET /lateness` whether it kept its pace itself.
 */
const answers = createScriptedAnswers();
const pace = createPace();

const server = createServer({ noDelay: true }, (socket) => {
  let head = '';
  let body = '';
  const read = createMessageReader({
    onHead(text) {
      head = text;
      body = '';
    },
    onBody: (bytes) => (body += bytes.toString('latin1')),
    onEnd: () => answer(socket, head, body),
  });
  socket.on('data', read).on('error', () => socket.destroy());
});
server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, () => {
  const address = server.address();
  process.stderr.write(`upstream on port ${typeof address === 'object' ? address?.port : ''};\n`);
});
process.once('SIGTERM', () => process.exit(0));

function answer(socket: Socket, head: string, body: string): void {
  if (head.startsWith('GET /lateness')) socket.write(json(pace.takeLateness()));
  else if (!head.startsWith('POST')) socket.write(answers.models);
  else if (/"stream": *true/.test(body)) stream(socket, body);
  else socket.write(answers.plain);
}

function stream(socket: Socket, body: string): void {
  const [, tokens, everyMs] = (/tokens=(\d+) every=(\d+)/.exec(body) ?? []).map(Number);
  if (tokens === undefined || everyMs === undefined)
    throw new Error(`The request does not say what to answer: ${body}`);
  const end = /"include_usage": *true/.test(body) ? answers.endWithUsage : answers.end;
  socket.write(answers.streamHead);
  socket.write(answers.firstToken);
  if (everyMs === 0) {
    // The first token travels alone, as it does when a model makes the others.
    setImmediate(() => {
      if (socket.writable) socket.write(Buffer.concat([...Array<Buffer>(tokens - 1).fill(answers.token), end]));
    });
    return;
  }
  let written = 1;
  const stop = pace.join(everyMs, () => {
    written += 1;
    if (written <= tokens) socket.write(answers.token);
    else finish();
  });
  const finish = () => {
    leave();
    socket.write(end);
  };
  const leave = () => {
    stop();
    socket.off('close', leave);
  };
  socket.once('close', leave);
}
