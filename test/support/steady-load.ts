import { sseData } from './sse-events.ts';
import type { ServerProcess } from './server-process.ts';

/** What the scripted model says to a word. */
const right = {
  hello: 'Hello, I am a script.',
  count: 'one two three four five six ',
  emoji: 'Café 🎉!',
  forever: 'tick tock '.repeat(50),
} as const;
const words = Object.keys(right) as (keyof typeof right)[];

/** How the requests of a load ended. */
export interface LoadCounts {
  whole: number;
  /** Ended in an error that says so. */
  failed: number;
  /** Ended in anything else; each with what it was. */
  readonly wrong: string[];
}

/**
 * Keeps so many requests running, plain and streamed in turn, until it is stopped; resolves with how they ended. A
 * request without an end within 30 seconds is a wrong one.
 */
export function startLoad(
  server: ServerProcess,
  { model, atOnce }: { readonly model: string; readonly atOnce: number },
): { readonly counts: Readonly<LoadCounts>; stop(): Promise<LoadCounts> } {
  const counts: LoadCounts = { whole: 0, failed: 0, wrong: [] };
  const stopping = new AbortController();
  const work = async (worker: number) => {
    for (let at = worker; !stopping.signal.aborted; at += atOnce) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const outcome = await askOnce(server, model, at).catch((failure: unknown) => `no end: ${String(failure)}`);
      if (outcome === 'whole' || outcome === 'failed') counts[outcome]++;
      else counts.wrong.push(outcome);
    }
  };
  const workers = Array.from({ length: atOnce }, (_, worker) => work(worker));
  return {
    counts,
    async stop() {
      stopping.abort();
      await Promise.all(workers);
      return counts;
    },
  };
}

/** One request and what came of it: `whole`, `failed`, or what is wrong with it. */
async function askOnce(server: ServerProcess, model: string, at: number): Promise<string> {
  const word = words[at % words.length] ?? 'hello';
  const stream = at % 2 === 0;
  // Each is another one: a request under which engines die again and again is not sent any more.
  const response = await server.chat(
    `${word} ${at}`,
    { model, stream, max_tokens: 100 },
    { signal: AbortSignal.timeout(30_000) },
  );
  const body = await response.text();
  if (!response.ok)
    return response.status === 502 || response.status === 503 ? 'failed' : `${response.status}: ${body}`;
  return stream ? streamedOutcome(body, right[word]) : plainOutcome(body, right[word]);
}

function plainOutcome(body: string, expected: string): string {
  const { choices } = JSON.parse(body) as { choices: { message: { content: string } }[] };
  const said = choices[0]?.message.content;
  return said === expected ? 'whole' : `wrong text: ${said}`;
}

function streamedOutcome(body: string, expected: string): string {
  const data = sseData(body);
  const isDone = data.at(-1) === '[DONE]';
  const events = data
    .filter((each) => each !== '[DONE]')
    .map((each) => JSON.parse(each) as { error?: object; choices?: { delta: { content?: string } }[] });
  const said = events.map(({ choices }) => choices?.[0]?.delta.content ?? '').join('');
  const hasError = events.some(({ error }) => error !== undefined);
  if (isDone) return said === expected && !hasError ? 'whole' : `wrong stream: ${said}`;
  return hasError && expected.startsWith(said) ? 'failed' : `cut without a word: ${said}`;
}
