import type { ToolCallDelta } from '../../api/tool.ts';
import { isObjectText } from '../../lib/is-object.ts';

/** The calls of one choice, followed while their pieces arrive. */
export interface CallOrder {
  /** How many calls have begun. */
  count(): number;
  /** The pieces as a client wants them; throws what `fail` makes of a piece that breaks the order. */
  take(pieces: readonly ToolCallDelta[]): ToolCallDelta[];
  /** To be sent once the last call is complete: an empty object, where it was given no arguments. */
  close(): ToolCallDelta[];
  /** Whether the arguments of every call are a whole JSON object. */
  areWhole(): boolean;
}

/**
 * Keeps the order that clients rely on (wire rules R19 and R20): calls come one after the other, with indices from
 * 0 without gaps; id, type and name stand once, in a call's first piece, and later pieces only add to its arguments.
 * A type that an engine leaves out or repeats says nothing and is put right; an id or name is never made up.
 */
export function createCallOrder(fail: (what: string) => Error): CallOrder {
  const argumentsSoFar: string[] = [];
  const ids = new Set<string>();

  /** A call without arguments has an empty object for them, not an empty text (R24). */
  const close = (): ToolCallDelta[] => {
    const index = argumentsSoFar.length - 1;
    if (argumentsSoFar[index] !== '') return [];
    argumentsSoFar[index] = '{}';
    return [{ index, function: { arguments: '{}' } }];
  };

  const begin = ({ index, id, function: called }: ToolCallDelta): ToolCallDelta[] => {
    if (index !== argumentsSoFar.length) throw fail(`began call ${index} after ${argumentsSoFar.length} calls`);
    if (!id || !called.name) throw fail(`began call ${index} without its id or name`);
    if (ids.has(id)) throw fail(`gave the id of an earlier call to call ${index}`);
    ids.add(id);
    const closing = close();
    const text = called.arguments ?? '';
    argumentsSoFar.push(text);
    return [...closing, { index, id, type: 'function', function: { name: called.name, arguments: text } }];
  };

  const take = (piece: ToolCallDelta): ToolCallDelta[] => {
    const { index, id, function: called } = piece;
    if (argumentsSoFar[index] === undefined || index < argumentsSoFar.length - 1) return begin(piece);
    if (id || called.name) throw fail(`named call ${index} twice`);
    const text = called.arguments ?? '';
    if (text === '') return [];
    argumentsSoFar[index] += text;
    return [{ index, function: { arguments: text } }];
  };

  return {
    count: () => argumentsSoFar.length,
    take: (pieces) => pieces.flatMap(take),
    close,
    areWhole: () => argumentsSoFar.every(isObjectText),
  };
}
