import { valueOfJson } from './jinja/values/value-of-json.ts';
import { contentText, type PromptMessage, type PromptToolCall } from './prompt-message.ts';
import type { TemplateCapabilities } from './template-capabilities.ts';

/** A conversation as a template is given it. */
export interface ShownConversation {
  readonly messages: readonly object[];
  readonly tools: readonly object[] | undefined;
}

/**
 * Says what a template cannot say in words that it can: instructions go into the first words of the user, tools into
 * the instructions, calls into the assistant's text, and results into the user's.
 */
export function adaptMessages(
  messages: readonly PromptMessage[],
  tools: readonly object[] | undefined,
  capabilities: TemplateCapabilities,
): ShownConversation {
  const mustDescribe = tools !== undefined && !capabilities.supportsTools;
  // What the description teaches is then the one form of calls in the prompt.
  const can = mustDescribe ? { ...capabilities, supportsToolCalls: false, supportsToolRole: false } : capabilities;
  const described = mustDescribe ? withSystem(messages, describeTools(tools)) : messages;
  const paired =
    can.supportsToolCalls && !can.supportsParallelCalls ? described.flatMap(onePerCall(described)) : described;
  const spoken = paired.flatMap((message) => inWords(message, can));
  const addressed = can.supportsSystem ? spoken : systemToUser(spoken);
  const ids = createShortIds();
  return {
    messages: joinResults(addressed, messages).map((message) => shown(message, can, ids)),
    tools: can.supportsTools ? tools : undefined,
  };
}

function describeTools(tools: readonly object[]): string {
  return [
    'You can call these functions. Each line describes one as JSON:',
    ...tools.map((tool) => JSON.stringify(tool)),
    'To call one, answer with a line of this form for each call, and nothing after it:',
    '<tool_call>{"name": "function name", "arguments": {"argument name": "value"}}</tool_call>',
    'The result of each call is given to you in <tool_response> tags.',
  ].join('\n');
}

function withSystem(messages: readonly PromptMessage[], text: string): PromptMessage[] {
  const [first, ...others] = messages;
  if (first?.role !== 'system') return [{ role: 'system', content: text }, ...messages];
  return [{ ...first, content: `${contentText(first)}\n\n${text}` }, ...others];
}

/** A message with several calls becomes a message for each, followed by its result. */
function onePerCall(all: readonly PromptMessage[]) {
  const moved = new Set<PromptMessage>();
  return (message: PromptMessage, at: number): PromptMessage[] => {
    if (moved.has(message)) return [];
    const calls = message.tool_calls ?? [];
    if (calls.length < 2) return [message];
    const end = all.findIndex((other, place) => place > at && other.role !== 'tool');
    const results = all.slice(at + 1, end < 0 ? all.length : end);
    return calls.flatMap((call, place) => {
      const result = results.find((other) => other.tool_call_id === call.id && !moved.has(other));
      if (result) moved.add(result);
      // What was said and thought before the calls stands before the first.
      const said = place === 0 ? message : { ...message, content: '', reasoning_content: undefined };
      const alone = { ...said, tool_calls: [call] };
      return result ? [alone, result] : [alone];
    });
  };
}

/** Calls and results as text, where the template has no form for them. */
function inWords(message: PromptMessage, can: TemplateCapabilities): PromptMessage[] {
  const text = contentText(message);
  if (message.role === 'tool' && !can.supportsToolRole) {
    return [{ role: 'user', content: `<tool_response>\n${text}\n</tool_response>` }];
  }
  const { tool_calls: calls, ...rest } = message;
  if (!calls?.length) return [message];
  if (!can.supportsToolCalls) {
    return [{ ...rest, content: [text, ...calls.map(callText)].filter((part) => part !== '').join('\n') }];
  }
  return can.needsNullContent && text !== '' ? [rest, { ...message, content: null }] : [message];
}

/** Arguments are JSON already, so they stand as they are. */
function callText({ function: { name, arguments: args } }: PromptToolCall): string {
  return `<tool_call>{"name": ${JSON.stringify(name)}, "arguments": ${args || '{}'}}</tool_call>`;
}

function systemToUser(messages: readonly PromptMessage[]): PromptMessage[] {
  let pending: string[] = [];
  const shownMessages: PromptMessage[] = [];
  for (const message of messages) {
    if (message.role === 'system') pending.push(contentText(message));
    else if (message.role === 'user' && pending.length > 0) {
      shownMessages.push({ ...message, content: [...pending, contentText(message)].join('\n') });
      pending = [];
    } else shownMessages.push(message);
  }
  return pending.length > 0 ? [...shownMessages, { role: 'user', content: pending.join('\n') }] : shownMessages;
}

/** Results that became the user's words join those next to them, since many templates want roles to alternate. */
function joinResults(messages: readonly PromptMessage[], given: readonly PromptMessage[]): readonly PromptMessage[] {
  const joined: PromptMessage[] = [];
  const isOurs = (message: PromptMessage | undefined) => message?.role === 'user' && !given.includes(message);
  for (const message of messages) {
    const last = joined.at(-1);
    if (last?.role === 'user' && message.role === 'user' && (isOurs(last) || isOurs(message))) {
      joined[joined.length - 1] = { role: 'user', content: `${contentText(last)}\n${contentText(message)}` };
    } else joined.push(message);
  }
  return joined;
}

function shown(message: PromptMessage, can: TemplateCapabilities, shorten: (id: string) => string): object {
  const { tool_calls: calls, content, tool_call_id: id, name, reasoning_content: reasoning, role } = message;
  const text = contentText(message);
  const isNull =
    calls?.length && text === '' && (can.needsNullContent || (content === null && !can.needsNonNullContent));
  const mayReason = !(can.refusesReasoningWithContent && calls?.length && text !== '');
  const reasoningParts = reasoning &&
    can.wantsReasoningPart && [
      { type: 'thinking', thinking: reasoning },
      { type: 'text', text },
    ];
  const rename = (known: string | undefined) => known && (can.wantsShortIds ? shorten(known) : known);
  return {
    role,
    content: isNull ? null : reasoningParts || (can.wantsContentParts ? [{ type: 'text', text }] : text),
    ...(name && { name }),
    ...(reasoning && mayReason && !reasoningParts && { [can.reasoningKey]: reasoning }),
    ...(id && { tool_call_id: rename(id) }),
    ...(calls?.length && {
      tool_calls: calls.map((call) => ({
        ...(call.id && { id: rename(call.id) }),
        type: 'function',
        function: {
          name: call.function.name,
          arguments: can.wantsArgumentObjects ? asObject(call.function.arguments) : call.function.arguments,
        },
      })),
    }),
  };
}

/** A model may have been cut off within its arguments; then the text is all there is. */
function asObject(json: string): unknown {
  try {
    return valueOfJson(json || '{}');
  } catch {
    return json;
  }
}

function createShortIds(): (id: string) => string {
  const known = new Map<string, string>();
  return (id) => {
    const short = known.get(id) ?? (/^[a-zA-Z0-9]{9}$/.test(id) ? id : `call${String(known.size).padStart(5, '0')}`);
    known.set(id, short);
    return short;
  };
}
