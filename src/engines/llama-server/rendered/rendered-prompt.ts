import { z } from 'zod';
import type { EngineRequest } from '../../../api/internal/engine-request.ts';
import type { Tool } from '../../../api/tool.ts';
import { adaptMessages } from '../../../formats/adapt-messages.ts';
import type { ResolvedThinking } from '../../../formats/resolve-thinking.ts';
import { withInstruction } from '../../../formats/resolve-thinking.ts';
import { documentsFor } from '../../../formats/template-documents.ts';
import { commonLength } from '../../../lib/common-length.ts';
import type { Caller } from '../../engine.ts';
import { askForJson } from '../../openai-compatible/ask-for-json.ts';
import { wordedMessages } from '../../openai-compatible/worded-messages.ts';
import type { Quirks } from '../../quirks/quirks.ts';
import type { Endpoint } from '../../openai-compatible/endpoint.ts';
import type { TemplateFacts } from './template-facts.ts';

interface Shown {
  readonly request: EngineRequest;
  readonly tools: readonly Tool[];
  readonly facts: TemplateFacts;
  readonly thinking: ResolvedThinking;
  /** Whether what the template writes at its end matters. */
  readonly needsEnd: boolean;
}

interface RenderedPrompt {
  readonly prompt: string;
  /** What the template writes for the assistant to go on from; empty where it does not matter. */
  readonly promptEnd: string;
}

interface Asking {
  readonly endpoint: Endpoint;
  readonly quirks: Quirks;
  readonly signal: AbortSignal;
  readonly caller: Caller;
}

const applied = z.object({ prompt: z.string() });

/** The prompt of a request, rendered by the server. Functions that the model's template has no place for are put in words. */
export async function renderPrompt(shown: Shown, asking: Asking): Promise<RenderedPrompt> {
  const body = templateBody(shown, asking.quirks);
  if (!shown.needsEnd) return { prompt: await apply(body, true, asking), promptEnd: '' };
  const [prompt, without] = await Promise.all([apply(body, true, asking), apply(body, false, asking)]);
  return { prompt, promptEnd: prompt.slice(commonLength(prompt, without)) };
}

function templateBody({ request, tools, facts, thinking }: Shown, quirks: Quirks): object {
  const { capabilities } = facts;
  const messages = withInstruction(request.messages, thinking.words) as EngineRequest['messages'];
  const variables = { ...thinking.variables, ...documentsFor(capabilities, request) };
  const conversation =
    tools.length > 0 && !capabilities.supportsTools
      ? { messages: adaptMessages(messages, tools, capabilities).messages }
      : { messages: wordedMessages(messages, quirks), ...(tools.length > 0 && { tools }) };
  return { ...conversation, chat_template_kwargs: variables };
}

async function apply(body: object, addGenerationPrompt: boolean, asking: Asking): Promise<string> {
  const { endpoint, signal, caller } = asking;
  const asked = { ...body, add_generation_prompt: addGenerationPrompt };
  const answer = await askForJson({ endpoint, path: '/apply-template', body: asked }, applied, signal, caller);
  return answer.prompt;
}
