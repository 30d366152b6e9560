import { AIMessage, HumanMessage, SystemMessage } from '@langchain/core/messages';
import { ChatOpenAI, type ChatOpenAIFields } from '@langchain/openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelId, startServerProcess, type ServerProcess } from '../support/server-process.ts';

let server: ServerProcess;
beforeAll(async () => {
  server = await startServerProcess({ args: ['--context', '256'] });
});
afterAll(() => server[Symbol.asyncDispose]());

function chatModel(fields: ChatOpenAIFields = {}): ChatOpenAI {
  return new ChatOpenAI({
    model: modelId,
    apiKey: server.key,
    maxRetries: 0,
    configuration: { baseURL: `${server.url}/v1` },
    ...fields,
  });
}

describe('LangChain over @langchain/openai', () => {
  it('invokes with usage and finish reason', async () => {
    const answer = await chatModel().invoke([
      new SystemMessage('Be kind.'),
      new HumanMessage('hello'),
      new AIMessage('Hello.'),
      new HumanMessage('count'),
    ]);

    expect(answer.text).toBe('one two three four five six ');
    expect(answer).toMatchObject({
      usage_metadata: { output_tokens: 8 },
      response_metadata: { finish_reason: 'stop' },
    });
  });

  it('streams pieces that add up, with usage', async () => {
    const chunks = await Array.fromAsync(await chatModel().stream('count'));
    const whole = chunks.reduce((sum, chunk) => sum.concat(chunk));

    expect(whole.text).toBe('one two three four five six ');
    expect(whole).toMatchObject({ usage_metadata: { output_tokens: 8 } });
  });

  it('batches without mixing answers', async () => {
    const answers = await chatModel().batch(['hello', 'count', 'emoji', 'hello', 'tag', 'count']);

    expect(answers.map((answer) => answer.text)).toEqual([
      'Hello, I am a script.',
      'one two three four five six ',
      'Café 🎉!',
      'Hello, I am a script.',
      'plain <tool_call> text',
      'one two three four five six ',
    ]);
  });

  it('passes stop and a token limit on', async () => {
    const stopped = await chatModel().invoke('count', { stop: ['three'] });
    const cut = await chatModel({ maxTokens: 2 }).invoke('count');

    expect(stopped.text).toBe('one two ');
    expect(cut.response_metadata).toMatchObject({ finish_reason: 'length' });
  });

  it('gets log probabilities, invoked and streamed', async () => {
    const model = chatModel({ logprobs: true, topLogprobs: 2 });
    const expected = ['Hello', ', I am', ' a script', '.'];
    const { response_metadata: metadata } = await model.invoke('hello');
    const entries: unknown[] = [];
    for await (const { generationInfo } of model._streamResponseChunks([new HumanMessage('hello')], {})) {
      entries.push(...((generationInfo?.['logprobs'] as { content?: unknown[] } | null)?.content ?? []));
    }

    expect(metadata['logprobs']).toMatchObject({ content: expected.map((token) => ({ token })), refusal: null });
    expect(entries).toEqual((metadata['logprobs'] as { content: unknown[] }).content);
  });

  it.each([
    [
      'a wrong key',
      () => chatModel({ apiKey: 'nvapi-wrong' }).invoke('hello'),
      { lc_error_code: 'MODEL_AUTHENTICATION', status: 401 },
    ],
    [
      'an unknown model',
      () => chatModel({ model: 'no/such' }).invoke('hello'),
      { lc_error_code: 'MODEL_NOT_FOUND', status: 404 },
    ],
    ['a prompt that is too long', () => chatModel().invoke('x '.repeat(300)), { name: 'ContextOverflowError' }],
  ])('knows the cause of a failure: %s', async (_, call, expected) => {
    const failure: unknown = await call().catch((reason: unknown) => reason);

    expect(failure).toMatchObject(expected);
  });
});
