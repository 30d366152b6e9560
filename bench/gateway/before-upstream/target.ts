/** Where the same requests go: a gateway before the upstream, or the upstream itself. */
export interface Target {
  readonly name: string;
  readonly port: number;
  /** What it needs to know of the upstream from each request. */
  readonly headers: Readonly<Record<string, string>>;
  /** The process that was started; its children belong to it. */
  readonly pid: number;
}

/** The bytes of a chat completion request that tells the upstream how many tokens to answer, and how fast. */
export function chatRequest(
  { port, headers }: Pick<Target, 'port' | 'headers'>,
  answer: { readonly tokens: number; readonly everyMs: number; readonly isStream: boolean },
): Buffer {
  const body = JSON.stringify({
    model: 'bench',
    messages: [{ role: 'user', content: `Please answer: tokens=${answer.tokens} every=${answer.everyMs}` }],
    ...(answer.isStream && { stream: true }),
  });
  const lines = Object.entries({
    host: `127.0.0.1:${port}`,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST /v1/chat/completions HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
}
