import { completionRequest, type CompletionRequest } from '../api/completion-request.ts';
import { engineRequest, type EngineRequest } from '../api/internal/engine-request.ts';
import { mostPrompts, type Prompt } from '../api/prompts.ts';
import { ManifoldError } from '../errors.ts';
import { knownFields, refuseForeignParameters } from './foreign-parameters.ts';
import { ignoredNames } from './ignored-names.ts';
import { validate } from './validate.ts';

interface ParsedCompletion {
  readonly request: CompletionRequest;
  /** One for each prompt, in their order. */
  readonly runs: readonly EngineRequest[];
  /** Fields without any effect, fit for a header. */
  readonly ignored: readonly string[];
}

/** A text completion as engines get it: validated, with defaults, a request of its own for each prompt. */
export function parseCompletionRequest(body: unknown): ParsedCompletion {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new ManifoldError('invalid_type', 'The request body must be a JSON object.');
  }
  const fields: Readonly<Record<string, unknown>> = { ...body };
  refuseForeignParameters(fields);
  const request = validate(completionRequest, fields);
  checkTogether(request);
  const { prompt: prompts, echo: _, logprobs, ...sampling } = request;
  const shared = engineRequest.parse({
    ...sampling,
    messages: [],
    logprobs: logprobs !== undefined,
    ...(logprobs !== undefined && { top_logprobs: logprobs }),
  });
  return {
    request,
    runs: prompts.map(({ value }) => ({ ...shared, prompt: value })),
    ignored: ignoredNames(fields, ...knownFields),
  };
}

/** What the schema cannot say: fields that depend on each other. */
function checkTogether({ prompt, n, stream, stream_options, max_tokens, echo, logprobs }: CompletionRequest): void {
  if (stream_options && !stream) {
    throw refusal('stream_options', 'it is only allowed together with `stream: true`.');
  }
  if (max_tokens === 0 && !echo) {
    throw refusal('max_tokens', '0 is only allowed together with `echo: true`. Ask for 1 or more.');
  }
  if (prompt.length * n > mostPrompts) {
    const choices = `${prompt.length} prompts with \`n\` ${n} are ${prompt.length * n} choices`;
    throw refusal(prompt.length > 1 ? 'prompt' : 'n', `${choices}; at most ${mostPrompts} are answered.`);
  }
  if (echo && logprobs !== undefined) {
    throw new ManifoldError(
      'unsupported_parameter',
      '`echo` together with `logprobs` is not supported yet: the prompt has no log probabilities. Leave one out.',
      { param: 'echo' },
    );
  }
}

function refusal(param: string, problem: string): ManifoldError {
  return new ManifoldError('invalid_value', `\`${param}\`: ${problem}`, { param });
}

/** An engine knows one prompt: its refusal as one of the prompt's place in the client's list. */
export function atPrompt(failure: unknown, prompt: Prompt | undefined): unknown {
  if (!(failure instanceof ManifoldError) || !prompt) return failure;
  const { at } = prompt;
  const inPrompt = /^(?:prompt|tokens)(?=\[|$)/.exec(failure.param ?? '')?.[0];
  if (inPrompt === undefined) return failure;
  return new ManifoldError(failure.code, failure.message.replaceAll(`\`${inPrompt}`, `\`${at}`), {
    param: `${at}${failure.param?.slice(inPrompt.length)}`,
    retryAfterSeconds: failure.retryAfterSeconds,
    cause: failure,
  });
}
