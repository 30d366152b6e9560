import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChatCompletionChunk } from '../../src/api/chat-completion-chunk.ts';
import type { ChatCompletion } from '../../src/api/chat-completion.ts';
import { builtInModel } from '../../src/config/built-in-model.ts';
import { randomParameters } from '../support/random-parameters.ts';
import { seededRandom } from '../support/random-schema.ts';
import { startServerProcess, type ServerProcess } from '../support/server-process.ts';
import { sseData } from '../support/sse-events.ts';

let server: ServerProcess;
beforeAll(async () => {
  server = await startServerProcess({ modelPath: builtInModel.path });
});
afterAll(() => server[Symbol.asyncDispose]());

const questions = ['Hello!', 'How is the weather in Rome?', 'Count to ten.', 'Tell me a story about a fox.'];

interface Summary {
  readonly choices: readonly unknown[];
  readonly usage: unknown;
}

/** What both forms have to agree in (wire rule R17). The ids of calls are drawn for each answer. */
async function plainOf(question: string, fields: object): Promise<Summary> {
  const response = await server.chat(question, fields);
  const { choices, usage } = (await response.json()) as ChatCompletion;
  return {
    choices: choices.map(({ index, message, logprobs, finish_reason: reason }) => ({
      index,
      content: message.content ?? '',
      reasoning: message.reasoning_content ?? '',
      calls: (message.tool_calls ?? []).map((call) => call.function),
      logprobs: logprobs?.content ?? null,
      reason,
    })),
    usage: countsOf(usage),
  };
}

async function streamedOf(question: string, fields: object): Promise<Summary> {
  const response = await server.chat(question, { ...fields, stream: true, stream_options: { include_usage: true } });
  const data = sseData(await response.text());
  expect(data.pop()).toBe('[DONE]');
  const chunks = data.map((text) => JSON.parse(text) as ChatCompletionChunk);
  const indices = new Set(chunks.flatMap(({ choices }) => choices.map(({ index }) => index)));
  return {
    choices: [...indices]
      .toSorted((a, b) => a - b)
      .map((index) => {
        const pieces = chunks.flatMap(({ choices }) => choices.filter((choice) => choice.index === index));
        const calls: { name: string; arguments: string }[] = [];
        for (const { index: at, function: called } of pieces.flatMap(({ delta }) => delta.tool_calls ?? [])) {
          const call = (calls[at] ??= { name: called.name ?? '', arguments: '' });
          call.arguments += called.arguments ?? '';
        }
        const entries = pieces.flatMap(({ logprobs }) => logprobs?.content ?? []);
        return {
          index,
          content: pieces.map(({ delta }) => delta.content ?? '').join(''),
          reasoning: pieces.map(({ delta }) => delta.reasoning_content ?? '').join(''),
          calls,
          logprobs: pieces.some(({ logprobs }) => logprobs) ? entries : null,
          reason: pieces.at(-1)?.finish_reason,
        };
      }),
    usage: countsOf(chunks.at(-1)?.usage),
  };
}

/** Without what depends on the requests before. */
function countsOf(usage: ChatCompletion['usage'] | null | undefined): unknown {
  return [usage?.prompt_tokens, usage?.completion_tokens, usage?.total_tokens];
}

const random = seededRandom(20_261_128);
const sets = Array.from({ length: 40 }, () => ({
  question: questions[Math.floor(random() * questions.length)] ?? '',
  fields: { ...randomParameters(random), deterministic: true },
}));

describe('any set of parameters', () => {
  it.each(sets)('gives the same answer plain and streamed: $fields', async ({ question, fields }) => {
    const plain = await plainOf(question, fields);

    expect(plain.choices).toHaveLength('n' in fields ? Number(fields.n) : 1);
    expect(await streamedOf(question, fields)).toEqual(plain);
  });
});
