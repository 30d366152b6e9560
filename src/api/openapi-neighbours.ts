import { completionRequest } from './completion-request.ts';
import { laterCompletionParameters } from './later-completion-parameters.ts';
import { laterParameters } from './later-parameters.ts';
import { jsonSchema, requestComponent, withRefused } from './openapi-components.ts';
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
      oneOf: [jsonSchema(tokenizeTextRequest, 'input'), chatToTokenize()],
    },
    PullRequest: jsonSchema(pullRequest, 'input'),
    DetokenizeRequest: jsonSchema(detokenizeRequest, 'input'),
  };
}

/** A chat completion whose model may be left out where one is served. */
function chatToTokenize(): object {
  const chat = requestComponent();
  const { properties } = jsonSchema(tokenizeChatFields, 'input');
  return {
    ...chat,
    properties: { ...(chat['properties'] as object), ...(properties as object) },
    required: ['messages'],
  };
}
