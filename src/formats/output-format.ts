/**
 * How a family of models writes an answer: where reasoning begins and ends, how calls are spelled, what else
 * is mark-up. Data only; `createAnswerParser` reads answers by it.
 */
export interface OutputFormat {
  readonly name: string;
  readonly reasoning?: ReasoningSyntax | undefined;
  /** The first is what the family was trained to write; the others are also understood. */
  readonly calls: readonly CallSyntax[];
  /** Marks that the family writes before its content, in this order; each may be missing. */
  readonly contentOpens?: readonly string[];
  /** Marks around content that are no part of it. */
  readonly strips?: readonly string[];
  /** Texts that end the answer; they and what follows are dropped. */
  readonly stops?: readonly string[];
  /** Marks that may stand, in this order, between reasoning and calls. */
  readonly beforeCalls?: readonly string[];
  /** Answers made of addressed messages, each with a header (harmony and its kin). */
  readonly messages?: MessageSyntax;
}

export interface ReasoningSyntax {
  /** Any of these opens a block; the first is the usual one. */
  readonly open: readonly string[];
  readonly close: string;
  /** Other marks that end a block. */
  readonly alsoCloses?: readonly string[];
  /** Whether a call may begin before reasoning was closed; the call then closes it. */
  readonly allowsCalls: boolean;
  /** Whether the open mark counts wherever it stands (control tokens), not only before content and after calls. */
  readonly opensAnywhere?: boolean;
  /** Text the prompt may end with that belongs to the reasoning. */
  readonly lead?: string;
  /** Whether an open mark the prompt wrote is left out where reasoning stays in the content. */
  readonly hidesPromptMark?: boolean;
}

export interface MessageSyntax {
  readonly start: string;
  /** Divides a header from its body. */
  readonly body: string;
  readonly ends: readonly string[];
  /** Precedes the channel's name in a header, where there are channels. */
  readonly channel?: string;
  readonly reasoningChannel?: string;
  /** The header of a message that holds content, after `assistant`. */
  readonly contentHeader: string;
  readonly reasoningRecipient?: string;
  /** The channel for calls. */
  readonly callChannel?: string;
  /** Stands before a function's name after `to=`; absent when bodies hold tagged calls instead of arguments. */
  readonly callPrefix?: string;
}

export type CallSyntax = JsonCalls | NamedCall | TaggedCall | PythonCalls | NestedCall;

/** `{"name": …, "arguments": …}`, alone or in a list, between marks. Customary other key names are understood too. */
export interface JsonCalls {
  readonly kind: 'json';
  /** Empty: no mark; a bare object is a call when it opens the answer and names an offered tool. */
  readonly open: string;
  readonly close: string;
  /** How several calls of one block are written. */
  readonly list: 'none' | 'array' | 'lines';
  readonly nameKey: string;
  readonly argumentsKey: string;
  readonly idKey?: string;
  /** What the family's own ids look like, in GBNF, and whether the id stands before the name. */
  readonly idForm?: string;
  readonly idComesFirst?: boolean;
  /** Whether the JSON stands in a code fence. */
  readonly isFenced?: boolean;
  /** `{"the_name": {…arguments}}`. */
  readonly nameIsKey?: boolean;
}

/** The name outside the JSON: open, name, separator, arguments, close. */
export interface NamedCall {
  readonly kind: 'named';
  readonly section?: Section;
  readonly open: string;
  /** Between an id that comes first and the name. */
  readonly afterId?: string;
  /** Precedes an id that follows the name. */
  readonly beforeId?: string;
  /** What the name is dressed in: `functions.name:0` is the name and the call's id at once. */
  readonly nameStyle?: 'indexed';
  /** What the family's own ids, or indices, look like, in GBNF. */
  readonly idForm?: string;
  /** Whether the arguments stand in a code fence. */
  readonly isFenced?: boolean;
  /** Between name and arguments; several spellings possible, the first is usual. `{` is part of the arguments. */
  readonly separator: readonly string[];
  readonly close: string;
  /** Texts the arguments' strings stand between, where those are not JSON strings. */
  readonly quote?: string;
}

/** Each argument in tags of its own. */
export interface TaggedCall {
  readonly kind: 'tagged';
  readonly section?: Section;
  readonly open: string;
  /** Ends the name. Absent: the name ends at white space or at the next mark. */
  readonly nameEnd?: string;
  readonly parameterOpen: string;
  readonly keyEnd: string;
  /** Where attributes may follow name or key, what ends them. */
  readonly attributesEnd?: string;
  /** Opens the value where it has a tag of its own. */
  readonly valueOpen?: string;
  readonly valueClose: string;
  readonly close: string;
  /** Whole arguments as one JSON text instead of parameters. */
  readonly jsonOpen?: string;
  readonly jsonClose?: string;
  /** Whether a value may stand in `<![CDATA[…]]>`. */
  readonly allowsCdata?: boolean;
}

/** `[f(a=1), g(b="x")]`. */
export interface PythonCalls {
  readonly kind: 'python';
  /** Empty: no mark; a bracket that opens the answer and names an offered tool begins calls. */
  readonly open: string;
  readonly close: string;
  /** Written between name and parenthesis for the family's own tools. */
  readonly method?: string;
}

/** Arguments as elements named after their keys, nested: `<k>v</k>`, lists of `<item>`. */
export interface NestedCall {
  readonly kind: 'nested';
  readonly section?: Section;
  readonly open: string;
  readonly nameEnd: string;
  /** Stands before every tag. */
  readonly prefix: string;
  readonly item: string;
  readonly close: string;
}

/** Marks around all calls of an answer. */
export interface Section {
  readonly open: string;
  readonly close: string;
  /** Whether each call has a section of its own. */
  readonly holdsOne?: boolean;
}

/** Texts of a format's marks that a vocabulary may hold as control tokens, so that the host renders them. */
export function controlMarks(format: OutputFormat): readonly string[] {
  const marks = new Set<string>();
  const add = (...texts: readonly (string | undefined)[]) => {
    // A mark may be several tokens in a row, or a token among plain text: `<|channel>thought`, `[TOOL_CALLS]`.
    for (const text of texts) {
      if (text && /\w|>>/.test(text)) marks.add(text.trim());
      for (const [token] of text?.matchAll(/<\|?[^<>\s"=]+\|?>|<｜[^<>\s]+｜>|｜[^｜<>\s]+｜|\[[A-Z_]+\]|<\|"\|>/g) ??
        [])
        marks.add(token);
    }
  };
  add(
    ...(format.reasoning?.open ?? []),
    format.reasoning?.close,
    ...(format.reasoning?.alsoCloses ?? []),
    ...(format.strips ?? []),
  );
  if (format.messages) {
    const { start, body, ends, channel } = format.messages;
    add(start, body, channel, ...ends, ...(channel ? ['<|constrain|>'] : []));
  }
  for (const call of format.calls) add(...marksOf(call));
  return [...marks];
}

function marksOf(call: CallSyntax): (string | undefined)[] {
  const around = [call.open, call.close, 'section' in call ? call.section?.open : undefined];
  const section = 'section' in call ? [call.section?.close] : [];
  switch (call.kind) {
    case 'json':
    case 'python':
      return around;
    case 'named':
      return [...around, ...section, call.afterId, call.beforeId, ...call.separator, call.quote];
    case 'tagged':
      return [
        ...around,
        ...section,
        call.nameEnd,
        call.parameterOpen,
        call.keyEnd,
        call.attributesEnd,
        call.valueOpen,
        call.valueClose,
      ];
    case 'nested':
      return [...around, ...section, call.prefix];
    default:
      return call satisfies never;
  }
}
