import { describe, expectTypeOf, it } from 'vitest';
import type { ChatCompletionChunk } from '../../src/api/chat-completion-chunk.ts';
import type { ChatCompletionRequestInput } from '../../src/api/chat-completion-request.ts';
import type { ErrorBody } from '../../src/api/error.ts';
import type { ModelList } from '../../src/api/model.ts';
import type { WireChunk, WireError, WireModelList, WireRequest } from '../../web/src/wire.ts';

// The types decide, so `npm run check` is what fails here.
describe("the chat page's view of the API", () => {
  it('sends what the contract accepts', () => {
    expectTypeOf<WireRequest>().toExtend<ChatCompletionRequestInput>();
  });

  it('reads what the contract answers', () => {
    expectTypeOf<ChatCompletionChunk>().toExtend<WireChunk>();
    expectTypeOf<ErrorBody>().toExtend<WireError>();
    expectTypeOf<ModelList>().toExtend<WireModelList>();
  });
});
