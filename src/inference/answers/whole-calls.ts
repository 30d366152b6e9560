import type { EngineRequest, OutputConstraint } from '../../api/internal/engine-request.ts';
import type { ToolCallDelta } from '../../api/tool.ts';
import { isObjectText } from '../../lib/is-object.ts';

/** Longer arguments are not parsed here, where that would hold up others. */
const mostCharacters = 32_768;

/** The calls of one choice as far as they have come: a function's name, and the text of its arguments. */
export interface GatheredCall {
  name: string;
  text: string;
}

/** Adds pieces of calls, by their index, to what has come of them. */
export function gather(calls: GatheredCall[], pieces: readonly ToolCallDelta[]): void {
  for (const { index, function: called } of pieces) {
    const call = (calls[index] ??= { name: '', text: '' });
    call.name ||= called.name ?? '';
    call.text += called.arguments ?? '';
  }
}

/** Something that the text of a call's arguments has to be before the call is complete. */
export interface CallCheck {
  readonly text: string;
  readonly output: OutputConstraint;
  /** Whether a text that is not so may be one that was cut. */
  readonly isWholeness: boolean;
}

/**
 * What is still to be found out of calls that are about to be complete: that the arguments of each are a JSON object,
 * then that those of strict functions satisfy their parameters. Short texts that are an object are no question.
 */
export function checksOf(calls: readonly GatheredCall[], tools: EngineRequest['tools'] = []): CallCheck[] {
  const known = calls.map(({ name, text }) => {
    const at = tools.findIndex(({ function: offered }) => offered.name === name);
    // No arguments are an empty object (wire rule R24).
    return { text: text === '' ? '{}' : text, offered: tools[at]?.function, param: at < 0 ? 'tools' : `tools[${at}]` };
  });
  return [
    ...known.flatMap(({ text, param }): CallCheck[] =>
      isShortObject(text) ? [] : [{ text, output: { kind: 'json', isStrict: false, param }, isWholeness: true }],
    ),
    ...known.flatMap(({ text, offered, param: at }): CallCheck[] => {
      const { strict, parameters: schema } = offered ?? {};
      if (!strict || !schema) return [];
      const param = `${at}.function.parameters`;
      return [{ text, output: { kind: 'json', schema, isStrict: true, param }, isWholeness: false }];
    }),
  ];
}

function isShortObject(text: string): boolean {
  return text.length <= mostCharacters && isObjectText(text);
}
