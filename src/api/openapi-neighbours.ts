import { completionRequest } from './completion-request.ts';
import { laterCompletionParameters } from './later-completion-parameters.ts';
import { laterParameters } from './later-parameters.ts';
import { jsonSchema, withRefused } from './openapi-components.ts';
import { pullRequest } from './pull.ts';
import { detokenizeRequest, tokenizeChatFields, tokenizeTextRequest } from './tokenize.ts';

/** The named schemas of the routes beside chat. */
export function neighbourComponents(): Readonly<Record<string, unknown>> {
  return {
    CompletionRequest: withRefused(jsonSchema(completionRequest, 'input'), {
      ...laterParameters,
      ...laterCompletionParameters,
    }),
    TokenizeRequest: {
      description: 'A text, or what a chat completion takes.',
      oneOf: [
        jsonSchema(tokenizeTextRequest, 'input'),
        { allOf: [{ $ref: '#/components/schemas/ChatCompletionRequest' }, jsonSchema(tokenizeChatFields, 'input')] },
      ],
    },
    PullRequest: jsonSchema(pullRequest, 'input'),
    DetokenizeRequest: jsonSchema(detokenizeRequest, 'input'),
  };
}
