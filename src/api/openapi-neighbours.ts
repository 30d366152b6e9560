import { completionRequest } from './completion-request.ts';
import { jsonSchema } from './openapi-components.ts';
import { detokenizeRequest, tokenizeChatFields, tokenizeTextRequest } from './tokenize.ts';

/** The named schemas of the routes beside chat. */
export function neighbourComponents(): Readonly<Record<string, unknown>> {
  return {
    CompletionRequest: jsonSchema(completionRequest, 'input'),
    TokenizeRequest: {
      description: 'A text, or what a chat completion takes.',
      oneOf: [
        jsonSchema(tokenizeTextRequest, 'input'),
        { allOf: [{ $ref: '#/components/schemas/ChatCompletionRequest' }, jsonSchema(tokenizeChatFields, 'input')] },
      ],
    },
    DetokenizeRequest: jsonSchema(detokenizeRequest, 'input'),
  };
}
