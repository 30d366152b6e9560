import { completionRequest, type CompletionRequest } from '../../api/completion-request.ts';
import { engineRequest, type EngineRequest } from '../../api/internal/engine-request.ts';
import { mostPrompts } from '../../api/prompts.ts';
import { invalidValue } from '../../errors.ts';
import { bodyFields } from './body-fields.ts';
import { knownFields, refuseForeignParameters } from './foreign-parameters.ts';
import { createFieldsReader } from './fields-reader.ts';
import { fitForHeader, ignoredMembers, ignoredNames } from './ignored-names.ts';
import { takeOutput } from './take-output.ts';

export interface ParsedCompletion {
  readonly request: CompletionRequest;
  /** One for each prompt, in their order. */
  readonly runs: readonly EngineRequest[];
  /** Fields without any effect, fit for a header. */
  readonly ignored: readonly string[];
  /** Fields that are honoured in another way than asked. */
  readonly emulated: readonly string[];
}

const readFields = createFieldsReader(completionRequest);

/** A text completion as engines get it: validated, with defaults, a request of its own for each prompt. */
export function parseCompletionRequest(body: unknown): ParsedCompletion {
  const fields = bodyFields(body);
  refuseForeignParameters(fields);
  const request = readFields(fields);
  checkTogether(request);
  const { rest, output, emulated } = takeOutput(request);
  const { prompt: prompts, echo: _, logprobs, ...sampling } = rest;
  const shared = engineRequest.parse({
    ...sampling,
    messages: [],
    output,
    logprobs: logprobs !== undefined,
    ...(logprobs !== undefined && { top_logprobs: logprobs }),
    ...promptReport(request),
  });
  return {
    request,
    runs: prompts.map(({ value }) => ({ ...shared, prompt: value })),
    ignored: fitForHeader([...ignoredNames(fields, ...knownFields), ...ignoredMembers(fields, request)]),
    emulated,
  };
}

/** An echoed prompt has log probabilities too, where any are asked for: the engine is asked for more than the client. */
function promptReport({ echo, logprobs, prompt_logprobs: asked = 0 }: CompletionRequest): Partial<EngineRequest> {
  if (!echo || logprobs === undefined) return {};
  return { prompt_logprobs: Math.max(logprobs, asked), return_token_ids: true };
}

/** What the schema cannot say: fields that depend on each other. */
function checkTogether(request: CompletionRequest): void {
  const { prompt, n, stream, stream_options, max_tokens, echo, logprobs, logprob_token_ids: named } = request;
  if (stream_options && !stream) {
    throw invalidValue('stream_options', 'it is only allowed together with `stream: true`.');
  }
  if (max_tokens === 0 && !echo) {
    throw invalidValue('max_tokens', '0 is only allowed together with `echo: true`. Ask for 1 or more.');
  }
  if (named.length > 0 && logprobs === undefined) {
    throw invalidValue('logprob_token_ids', 'it is only allowed together with `logprobs`. Add that, 0 or more.');
  }
  if (prompt.length * n > mostPrompts) {
    const choices = `${prompt.length} prompts with \`n\` ${n} are ${prompt.length * n} choices`;
    throw invalidValue(prompt.length > 1 ? 'prompt' : 'n', `${choices}; at most ${mostPrompts} are answered.`);
  }
}
