import { JinjaError } from './jinja/jinja-error.ts';

/** What a template can say, as found by asking it. What it cannot, `adaptMessages` says in other words. */
export interface TemplateCapabilities {
  readonly supportsSystem: boolean;
  readonly supportsTools: boolean;
  readonly supportsToolCalls: boolean;
  /** Several calls in one message. */
  readonly supportsParallelCalls: boolean;
  readonly supportsToolRole: boolean;
  /** Arguments of calls as values; otherwise as JSON text. */
  readonly wantsArgumentObjects: boolean;
  /** Contents as lists of parts; otherwise as text. */
  readonly wantsContentParts: boolean;
  /** A message with calls must have a content, if an empty one. */
  readonly needsNonNullContent: boolean;
  /** A message with calls must have none. */
  readonly needsNullContent: boolean;
  /** Identities of calls must have nine letters or digits. */
  readonly wantsShortIds: boolean;
  /** Documents beside the messages. */
  readonly supportsDocuments: boolean;
  /** Where the template looks for a message's reasoning. */
  readonly reasoningKey: string;
  /** Reasoning as a part of the content. */
  readonly wantsReasoningPart: boolean;
  /** A message with calls and a content must have no reasoning. */
  readonly refusesReasoningWithContent: boolean;
}

/** Renders variables; throws where the template refuses them. */
type Render = (variables: {
  readonly messages: readonly object[];
  readonly tools?: readonly object[];
  readonly documents?: readonly object[];
}) => string;

const user = { role: 'user', content: 'needle-user' };
const shortId = 'call00001';
const longId = 'call_0123456789abcdefghijklmn';
const tool = {
  type: 'function',
  function: {
    name: 'needle_tool',
    description: 'About it.',
    parameters: { type: 'object', properties: { key: { type: 'string', description: 'A key.' } }, required: ['key'] },
  },
};
/** The first is everyone's; then Muse, GPT-OSS and LFM2.5, Apriel. */
const reasoningKeys = ['reasoning_content', 'reasoning', 'thinking', 'thought'];
const argument = { needle_key: 'needle-value' };
const documents = [{ title: 'needle-title', text: 'needle-document' }];

interface Calling {
  readonly id?: string;
  readonly content?: string | null;
  readonly names?: readonly string[];
}

function calling(args: unknown, { id = shortId, content = '', names = ['needle_call'] }: Calling = {}) {
  return {
    role: 'assistant',
    content,
    tool_calls: names.map((name, at) => ({
      id: at === 0 ? id : 'call00002',
      type: 'function',
      function: { name, arguments: args },
    })),
  };
}

/** Asks a template with small conversations, and looks for their words in what it renders. */
export function probeCapabilities(source: string, render: Render): TemplateCapabilities {
  const ask = (
    messages: readonly object[],
    tools?: readonly object[],
    more?: { readonly documents: readonly object[] },
  ): string | undefined => {
    try {
      return render({ messages, ...(tools && { tools }), ...more });
    } catch (error) {
      if (error instanceof JinjaError) return undefined;
      throw error;
    }
  };
  const shows = (needle: string, ...asked: Parameters<typeof ask>) => ask(...asked)?.includes(needle) ?? false;

  const wantsContentParts =
    !shows(user.content, [user]) &&
    shows(user.content, [{ role: 'user', content: [{ type: 'text', text: user.content }] }]);
  const text = (content: string) => (wantsContentParts ? [{ type: 'text', text: content }] : content);
  const asking = { role: 'user', content: text(user.content) };

  const showsCall = (content: string | null) =>
    [argument, JSON.stringify(argument)].some((args) => shows('needle_call', [asking, calling(args, { content })]));
  const needsNullContent = !showsCall('') && showsCall(null);
  const content = needsNullContent ? null : '';

  const asObjects = ask([asking, calling(argument, { content })]);
  const asText = ask([asking, calling(JSON.stringify(argument), { content })]);
  // Python's way of printing a dict shows that the template meant to print text.
  const readsObjects = asObjects?.includes('needle-value') && !asObjects.includes("'needle_key'");
  const wantsArgumentObjects = readsObjects || !asText?.includes('needle-value');
  const args = wantsArgumentObjects ? argument : JSON.stringify(argument);
  const supportsToolCalls = shows('needle_call', [asking, calling(args, { content })]);

  const answered = (id: string) => [
    asking,
    calling(args, { id, content }),
    { role: 'tool', tool_call_id: id, name: 'needle_call', content: text('needle-result') },
  ];
  const wantsShortIds =
    supportsToolCalls && ask(answered(shortId)) !== undefined && ask(answered(longId)) === undefined;
  const withoutContent = ask([asking, calling(args, { content: null })]);

  // Some show it beside calls only, some not there.
  const showsReasoning = (key: string) =>
    [{ role: 'assistant', content: text('needle-text') }, calling(args, { content })].some((message) =>
      shows('needle-reasoning', [asking, { ...message, [key]: 'needle-reasoning' }]),
    );
  const thinkingPart = { type: 'thinking', thinking: 'needle-reasoning' };
  const parts = ask([asking, { role: 'assistant', content: [thinkingPart, { type: 'text', text: 'needle-text' }] }]);
  // One that prints the part as data was not made for it.
  const showsPart = /needle-reasoning/.test(parts ?? '') && !/["']thinking["']/.test(parts ?? '');
  const knownKey = reasoningKeys.find(showsReasoning);
  const reasoningKey = knownKey ?? 'reasoning_content';
  const supportsTools = shows('needle_tool', [asking], [tool]);

  return {
    // A template that shows not even a user's words cannot be asked.
    supportsSystem:
      ask([asking]) === undefined ||
      shows('needle-system', [{ role: 'system', content: text('needle-system') }, asking]),
    supportsTools,
    supportsToolCalls,
    supportsParallelCalls: shows('needle_more', [
      asking,
      calling(args, { content, names: ['needle_call', 'needle_more'] }),
    ]),
    // One that prints whatever role there is was not made for this one, unless it knows of tools at all.
    supportsToolRole:
      (supportsTools || supportsToolCalls || /['"]tool['"]/.test(source)) && shows('needle-result', answered(shortId)),
    wantsArgumentObjects,
    wantsContentParts,
    needsNonNullContent: withoutContent === undefined || withoutContent.includes('None'),
    needsNullContent,
    wantsShortIds,
    supportsDocuments: source.includes('documents') && shows('needle-document', [asking], undefined, { documents }),
    reasoningKey,
    wantsReasoningPart: knownKey === undefined && showsPart,
    refusesReasoningWithContent:
      ask([asking, calling(args, { content: 'needle-text' })]) !== undefined &&
      ask([asking, { ...calling(args, { content: 'needle-text' }), [reasoningKey]: 'needle-reasoning' }]) === undefined,
  };
}
