import { defaultSampling } from '../../api/chat-completion-request.ts';
import type { EngineRequest, OutputConstraint } from '../../api/internal/engine-request.ts';
import { ManifoldError } from '../../errors.ts';
import type { Field, OutputDialect, Quirks } from '../quirks/quirks.ts';
import { askedFields } from './asked-fields.ts';
import { cacheSaltOf } from './cache-salt.ts';
import { wordedMessages } from './worded-messages.ts';

/** A request in the words of a kind of server. */
export interface WordedRequest {
  readonly path: '/v1/chat/completions' | '/v1/completions';
  readonly body: Readonly<Record<string, unknown>>;
  /** Whether a plain answer is asked for, since the streams of the server would be wrong. */
  readonly isPlain: boolean;
  /** Fields that are honoured in another way than asked. */
  readonly emulated: readonly string[];
  /** What the client calls the fields that go by another name there. */
  readonly names: ReadonlyMap<string, string>;
}

/**
 * Words a request as its server wants it. Only what asks for something is sent, or what asks for nothing where silence would.
 *
 * @throws unsupported_parameter naming the field that the server cannot honour
 */
export function wordRequest(request: EngineRequest, quirks: Quirks, model: string, cacheSalt: string): WordedRequest {
  const body: Record<string, unknown> = { model };
  const emulated: string[] = [];
  const names = new Map<string, string>();
  const asked = askedFields(request);
  const isPlain = needsPlain(asked, quirks);
  const isOfText = request.prompt !== undefined;
  if (isOfText) body['prompt'] = promptOf(request.prompt, quirks);
  else body['messages'] = wordedMessages(request.messages, quirks);

  for (const [name, value] of asked) {
    const treatment = name === 'max_tokens' && !isOfText ? { as: quirks.maxTokens } : quirks.fields[name];
    if (name === 'cache_salt' || name === 'thinking_budget' || name === 'reasoning_effort') continue;
    else if (name === 'tool_choice' && value === 'none' && treatment === 'refused') continue;
    else if (treatment === 'refused' && unasked[name]?.includes(value) === true) {
      if (value !== 1) emulated.push(name);
    } else if (treatment === 'refused') throw refusal(name, quirks);
    else if (treatment === 'emulated') emulated.push(name);
    else if (treatment === 'sent') body[name] = value;
    else if (treatment !== 'ours') {
      place(body, treatment.as, value);
      names.set(treatment.as, name);
    }
  }
  for (const [name, value] of Object.entries(quirks.neutral ?? {}) as [Field, unknown][]) {
    const treatment = quirks.fields[name];
    const said = typeof treatment === 'object' ? treatment.as : name;
    if (request[name] !== undefined) body[said] ??= value;
  }
  // Tools that may not be called are none at all, where that cannot be said.
  if (request.tool_choice === 'none' && quirks.fields.tool_choice === 'refused' && body['tools']) {
    delete body['tools'];
    emulated.push('tool_choice');
  }
  // As in vLLM, a message that goes on excludes the beginning of another.
  if (request.continue_final_message && quirks.fields.add_generation_prompt === 'sent')
    body['add_generation_prompt'] = false;
  emulated.push(...addEffort(body, request, quirks, model));
  addBudget(body, request.thinking_budget, quirks, names);
  addSalt(body, request, quirks, cacheSalt);
  if (request.output !== undefined) {
    const told = wordOutput(request.output, quirks, isOfText);
    Object.assign(body, told);
    for (const name of Object.keys(told)) names.set(name, request.output.param);
    if (request.output.kind === 'json' && quirks.checksJson) emulated.push(request.output.param);
  }
  const least = quirks.leastCandidates?.[isOfText ? 'text' : 'chat'] ?? 0;
  const candidates = Math.max(request.top_logprobs ?? 0, least);
  if (isOfText && request.logprobs) body['logprobs'] = candidates;
  else if (request.logprobs && candidates > 0) body['top_logprobs'] = candidates;
  if (isOfText) delete body['top_logprobs'];
  if (!isPlain) {
    body['stream'] = true;
    body['stream_options'] = { include_usage: true };
  }
  return { path: pathOf(isOfText), body, isPlain, emulated, names };
}

/** What the requests of clients that ask for no sampling have, and what asks for none: left out where none is taken. */
const unasked: Readonly<Partial<Record<Field, readonly unknown[]>>> = {
  temperature: [defaultSampling.temperature, 1],
  top_p: [defaultSampling.top_p, 1],
};

/** Whether the streams of the server would be wrong for what is asked. */
function needsPlain(asked: readonly (readonly [Field, unknown])[], { plainFor = [] }: Quirks): boolean {
  if (plainFor.length === 0) return false;
  const names = new Set(asked.map(([name]) => name));
  return plainFor.some((fields) => [fields].flat().every((name) => names.has(name)));
}

function pathOf(isOfText: boolean): WordedRequest['path'] {
  return isOfText ? '/v1/completions' : '/v1/chat/completions';
}

function promptOf(prompt: EngineRequest['prompt'], quirks: Quirks): unknown {
  if (quirks.completions === undefined) throw refusal('prompt', quirks);
  if (typeof prompt !== 'string' && quirks.completions === 'text') {
    throw new ManifoldError(
      'unsupported_parameter',
      `\`prompt\`: the engine of this model (${quirks.kind}) takes texts, and no token ids. Send a text.`,
      { param: 'prompt' },
    );
  }
  return prompt;
}

/** Says how much to reason; what cannot be graded is named. What a client tells the template itself goes first. */
function addEffort(
  body: Record<string, unknown>,
  { reasoning_effort: effort }: EngineRequest,
  quirks: Quirks,
  model: string,
): string[] {
  if (effort === undefined) return [];
  const treatment = quirks.fields.reasoning_effort;
  if (treatment === 'refused') throw refusal('reasoning_effort', quirks);
  const worded = quirks.effort?.(model, effort);
  if (worded === undefined) {
    place(body, typeof treatment === 'object' ? treatment.as : 'reasoning_effort', effort);
    return [];
  }
  body['chat_template_kwargs'] = { ...worded.variables, ...(body['chat_template_kwargs'] as object | undefined) };
  return worded.isGraded ? [] : ['reasoning_effort'];
}

function addBudget(
  body: Record<string, unknown>,
  budget: EngineRequest['thinking_budget'],
  quirks: Quirks,
  names: Map<string, string>,
): void {
  if (budget === undefined) return;
  const treatment = quirks.fields.thinking_budget;
  if (typeof treatment === 'string') throw refusal(budget.param, quirks);
  place(body, treatment.as, budget.tokens);
  names.set(treatment.as, budget.param);
}

/** Where a server can keep keys apart, it is told to, whatever the client says. */
function addSalt(
  body: Record<string, unknown>,
  { cache_salt: ofClient, prompt }: EngineRequest,
  quirks: Quirks,
  ofKey: string,
): void {
  const isKnown = quirks.saltsCache === 'chats' ? prompt === undefined : quirks.saltsCache;
  if (!isKnown) {
    if (ofClient !== undefined) throw refusal('cache_salt', quirks);
    return;
  }
  const salt = cacheSaltOf(ofKey, ofClient);
  if (salt !== undefined) body['cache_salt'] = salt;
}

function wordOutput(output: OutputConstraint, quirks: Quirks, isOfText: boolean): Record<string, unknown> {
  const dialect = (isOfText ? quirks.outputOfText : undefined) ?? quirks.output;
  const word = dialect[output.kind] as OutputDialect[typeof output.kind] &
    ((output: OutputConstraint) => Record<string, unknown>);
  if (word === undefined) throw refusal(output.param, quirks);
  return word(output);
}

/** Sets a field, or with a dot a member of an object. */
function place(body: Record<string, unknown>, path: string, value: unknown): void {
  const [name = '', member] = path.split('.');
  if (member === undefined) body[name] = value;
  else body[name] = { ...(body[name] as object | undefined), [member]: value };
}

function refusal(param: string, { kind }: Quirks): ManifoldError {
  return new ManifoldError(
    'unsupported_parameter',
    `\`${param}\` is not supported by the engine of this model (${kind}). Leave it out, or ask another model.`,
    { param },
  );
}
