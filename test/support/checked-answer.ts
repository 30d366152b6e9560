import { expect } from 'vitest';
import { chatCompletionChunk, type ChatCompletionChunk } from '../../src/api/chat-completion-chunk.ts';
import { chatCompletion, type ChatCompletion } from '../../src/api/chat-completion.ts';
import { errorBody } from '../../src/api/error.ts';
import { sseData } from './sse-events.ts';

/** The chunks as sent: checked against the contract, but with nothing dropped or filled in. */
export async function chunksOf(response: Response): Promise<ChatCompletionChunk[]> {
  return sseData(await response.text())
    .filter((data) => data !== '[DONE]')
    .map((data) => {
      const chunk = JSON.parse(data) as ChatCompletionChunk;
      expect(chatCompletionChunk.parse(chunk)).toEqual(chunk);
      return chunk;
    });
}

/** The plain answer as sent, checked in the same way. */
export async function completionOf(response: Response): Promise<ChatCompletion> {
  const body = (await response.json()) as ChatCompletion;
  expect(chatCompletion.parse(body)).toEqual(body);
  return body;
}

/** The code of an error. */
export async function codeOf(response: Response): Promise<string | null> {
  return errorBody.parse(await response.json()).error.code;
}
