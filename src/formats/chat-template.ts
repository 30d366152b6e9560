import { ManifoldError } from '../errors.ts';
import { adaptMessages } from './adapt-messages.ts';
import { createDataMarkers, matcher, type DataMarkers, type PromptSegment } from './data-markers.ts';
import type { TemplateReads } from './jinja/template-reads.ts';
import { compileJinja, type JinjaTemplate, type RenderLimits } from './jinja/template.ts';
import { contentText, type PromptMessage, type PromptToolCall } from './prompt-message.ts';
import { probeCapabilities, type TemplateCapabilities } from './template-capabilities.ts';

export type { PromptSegment } from './data-markers.ts';

export interface RenderOptions {
  /** Functions that the model may call, in OpenAI's shape. */
  readonly tools?: readonly object[] | undefined;
  /** Whether the prompt ends where the assistant begins to speak; it does unless told otherwise. */
  readonly addGenerationPrompt?: boolean | undefined;
  /** What else the template is told, as `enable_thinking`. */
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
}

export interface ChatTemplate {
  readonly capabilities: TemplateCapabilities;
  readonly reads: TemplateReads;
  /** Renders a conversation. 400 `invalid_prompt` when the template refuses it. */
  render(messages: readonly PromptMessage[], options?: RenderOptions): PromptSegment[];
  /** The model's own words as a prompt has them: without the power of control tokens. */
  quote(text: string): PromptSegment[];
}

interface TemplateOptions {
  readonly source: string;
  readonly bosText: string;
  readonly eosText: string;
  /** Texts of control tokens, and of tokens that a template's author defined. */
  readonly controlTexts: readonly string[];
  readonly userDefinedTexts: readonly string[];
}

/** Some templates go through all messages for each one: this lets them render a thousand, in a second of one core. */
const renderLimits: RenderLimits = { steps: 8_000_000, outputCharacters: 16 * 1024 * 1024 };

/**
 * For models that carry no template of their own: ChatML where its tokens exist, else labelled lines.
 * (Jinja drops a line end at a template's end, so the last one is an expression.)
 */
export function fallbackTemplate(controlTexts: readonly string[]): string {
  return controlTexts.includes('<|im_start|>')
    ? "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}<|im_start|>assistant{{ '\n' }}"
    : '{% for m in messages %}{{ m.role | capitalize }}: {{ m.content }}\n{% endfor %}Assistant:';
}

/**
 * Compiles a model's chat template once. What users write can never become a control token: special texts in
 * messages, tools and variables are replaced by markers before rendering, and come back as segments marked as data.
 */
export function compileChatTemplate(options: TemplateOptions): ChatTemplate {
  const template = compileJinja(options.source);
  const tokens = { bos_token: options.bosText, eos_token: options.eosText };
  const capabilities = probeCapabilities(options.source, (asked) =>
    template.render({ ...asked, ...tokens, add_generation_prompt: false }, renderLimits),
  );
  const knowsDeveloper = options.source.includes('developer');
  const inHistory = matcher(options.controlTexts);
  const anywhere = matcher([...options.controlTexts, ...options.userDefinedTexts]);

  return {
    capabilities,
    reads: template.reads,
    render(messages, { tools, addGenerationPrompt = true, variables = {} } = {}) {
      const markers = createDataMarkers();
      const protectedMessages = messages.map((message) => {
        const role = message.role === 'developer' && !knowsDeveloper ? 'system' : message.role;
        // The model's own words keep the tokens it was given for them; control tokens it never writes.
        const texts = message.role === 'assistant' ? inHistory : anywhere;
        return protectMessage({ ...message, role }, markers, { texts, ids: anywhere });
      });
      const safeTools = tools?.map((tool) => markers.protectAll(tool, anywhere) as object);
      const { tools: shownTools, ...shown } = adaptMessages(protectedMessages, safeTools, capabilities);
      const rendered = renderOrRefuse(template, {
        ...(markers.protectAll(variables, anywhere) as object),
        ...shown,
        ...(shownTools && { tools: shownTools }),
        ...tokens,
        add_generation_prompt: addGenerationPrompt,
      });
      return markers.split(rendered);
    },
    quote(text) {
      const markers = createDataMarkers();
      return markers.split(markers.protect(text, inHistory));
    },
  };
}

/** What is kept out of what a message says, and out of the ids by which calls and results find each other. */
interface Patterns {
  readonly texts: RegExp | undefined;
  readonly ids: RegExp | undefined;
}

function protectMessage(message: PromptMessage, markers: DataMarkers, patterns: Patterns): PromptMessage {
  const protect = (text: string) => markers.protect(text, patterns.texts);
  const { content, name, reasoning_content: reasoning, tool_calls: calls, tool_call_id: id } = message;
  return {
    ...message,
    content: content === null || content === undefined ? content : protect(contentText(message)),
    ...(name && { name: protect(name) }),
    ...(id && { tool_call_id: markers.protect(id, patterns.ids) }),
    ...(reasoning && { reasoning_content: protect(reasoning) }),
    ...(calls && { tool_calls: calls.map((call) => protectCall(call, markers, patterns)) }),
  };
}

function protectCall(call: PromptToolCall, markers: DataMarkers, { texts, ids }: Patterns): PromptToolCall {
  const { id, ...rest } = call;
  const { arguments: json, ...called } = call.function;
  const named = markers.protectAll({ ...rest, function: called }, texts) as PromptToolCall;
  return {
    ...named,
    ...(id !== undefined && { id: markers.protect(id, ids) }),
    function: { ...named.function, arguments: markers.protectJson(json, texts) },
  };
}

function renderOrRefuse(template: JinjaTemplate, variables: Readonly<Record<string, unknown>>): string {
  try {
    return template.render(variables, renderLimits);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'unknown reason';
    throw new ManifoldError(
      'invalid_prompt',
      `The model's chat template refused these messages: ${reason.slice(0, 200)}`,
      {
        param: 'messages',
        cause,
      },
    );
  }
}
