const shared = { id: 'chatcmpl-0123456789abcdef', created: 1_760_000_000, model: 'bench' };
const usage = { prompt_tokens: 12, completion_tokens: 7, total_tokens: 19 };

/** The answers of the upstream as bytes, made once. */
export interface ScriptedAnswers {
  readonly plain: Buffer;
  readonly models: Buffer;
  readonly streamHead: Buffer;
  readonly firstToken: Buffer;
  readonly token: Buffer;
  /** The end of a stream, with usage for those who asked. */
  readonly end: Buffer;
  readonly endWithUsage: Buffer;
}

export function createScriptedAnswers(): ScriptedAnswers {
  const message = { role: 'assistant', content: 'one two three four five six seven' };
  const choice = { index: 0, message, finish_reason: 'stop' };
  const finish = event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
  const last = ['data: [DONE]\n\n'].map(chunk).join('') + '0\r\n\r\n';
  return {
    plain: json({ ...shared, object: 'chat.completion', choices: [choice], usage }),
    models: json({ object: 'list', data: [{ id: 'bench', object: 'model', created: 0, owned_by: 'bench' }] }),
    streamHead: Buffer.from(
      'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\ntransfer-encoding: chunked\r\n\r\n',
    ),
    firstToken: Buffer.from(event(delta({ role: 'assistant', content: 'word' }))),
    token: Buffer.from(event(delta({ content: ' word' }))),
    end: Buffer.from(finish + last),
    endWithUsage: Buffer.from(finish + event({ choices: [], usage }) + last),
  };
}

function delta(fields: object): object {
  return { choices: [{ index: 0, delta: fields, finish_reason: null }] };
}

function event(fields: object): string {
  return chunk(`data: ${JSON.stringify({ ...shared, object: 'chat.completion.chunk', ...fields })}\n\n`);
}

function chunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}

/** A whole answer with a body of JSON. */
export function json(body: unknown): Buffer {
  const text = JSON.stringify(body);
  const length = Buffer.byteLength(text);
  return Buffer.from(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n${text}`);
}
