import { messageText, type ChatMessage } from '../api/message.ts';
import { ManifoldError } from '../errors.ts';
import { compileJinja, type JinjaTemplate, type RenderLimits } from './jinja/template.ts';

/** A piece of a rendered prompt: text of the template, whose special tokens count, or text that must stay data. */
export interface PromptSegment {
  readonly text: string;
  readonly isData: boolean;
}

export interface ChatTemplate {
  /** Renders a conversation up to the point where the assistant speaks. 400 `invalid_prompt` when the template refuses it. */
  render(messages: readonly ChatMessage[]): PromptSegment[];
}

interface TemplateOptions {
  readonly source: string;
  readonly bosText: string;
  readonly eosText: string;
  /** Texts of control tokens, and of tokens that a template's author defined. */
  readonly controlTexts: readonly string[];
  readonly userDefinedTexts: readonly string[];
}

/** Far above what the templates of models need, and less than a second of one core. */
const renderLimits: RenderLimits = { steps: 2_000_000, outputCharacters: 16 * 1024 * 1024 };

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
 * message contents are replaced by markers before rendering, and come back as segments marked as data.
 */
export function compileChatTemplate(options: TemplateOptions): ChatTemplate {
  const template = compileJinja(options.source);
  const knowsDeveloper = options.source.includes('developer');
  const inHistory = matcher(options.controlTexts);
  const anywhere = matcher([...options.controlTexts, ...options.userDefinedTexts]);

  return {
    render(messages) {
      const marker = createMarker(messages);
      const shown = messages.map((message) => ({
        ...message,
        role: message.role === 'developer' && !knowsDeveloper ? 'system' : message.role,
        // The model's own words keep the tokens it was given for them; control tokens it never writes.
        content: marker.protect(messageText(message), message.role === 'assistant' ? inHistory : anywhere),
      }));
      return marker.split(renderOrRefuse(template, { ...options, messages: shown }));
    },
  };
}

function renderOrRefuse(
  template: JinjaTemplate,
  { messages, bosText, eosText }: { messages: readonly object[]; bosText: string; eosText: string },
): string {
  try {
    return template.render(
      { messages, add_generation_prompt: true, bos_token: bosText, eos_token: eosText },
      renderLimits,
    );
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

function matcher(texts: readonly string[]): RegExp | undefined {
  const alternatives = texts
    .filter((text) => text.length > 1)
    .toSorted((a, b) => b.length - a.length)
    .map((text) => text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`));
  return alternatives.length > 0 ? new RegExp(alternatives.join('|'), 'g') : undefined;
}

/** Markers are private-use characters around a number; a nonce keeps users from writing one themselves. */
function createMarker(messages: readonly ChatMessage[]) {
  const everything = messages.map(messageText).join('');
  let nonce = 0;
  while (everything.includes(`\uE000${nonce}:`)) nonce++;
  const hidden: string[] = [];
  return {
    protect: (text: string, pattern: RegExp | undefined): string =>
      pattern ? text.replace(pattern, (found) => `\uE000${nonce}:${hidden.push(found) - 1}\uE001`) : text,
    split: (rendered: string): PromptSegment[] => {
      if (hidden.length === 0) return [{ text: rendered, isData: false }];
      return rendered
        .split(new RegExp(`\uE000${nonce}:(\\d+)\uE001`))
        .map((text, at) =>
          at % 2 === 1 ? { text: hidden[Number(text)] ?? '', isData: true } : { text, isData: false },
        )
        .filter((segment) => segment.text !== '');
    },
  };
}
