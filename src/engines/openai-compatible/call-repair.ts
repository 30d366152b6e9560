import { randomBytes } from 'node:crypto';
import type { ToolCallDelta } from '../../api/tool.ts';
import { isJsonText } from '../../lib/is-json-text.ts';
import { isObject } from '../../lib/is-object.ts';

/** Puts the pieces of one choice's calls into the shape that the contract has. */
export interface CallRepair {
  take(pieces: readonly unknown[]): ToolCallDelta[];
  /** At the end: what waited for the rest of its name. A call that was cut before it had one is left out. */
  rest(isCut: boolean): ToolCallDelta[];
  /** Whether the arguments of every call so far are whole JSON. */
  areWhole(): boolean;
  count(): number;
}

interface Call {
  readonly index: number;
  /** What the server calls it, as far as it does. */
  readonly givenIndex: number | undefined;
  givenId: string | undefined;
  name: string;
  arguments: string;
  /** Whether it was let out; what comes of its name after that says nothing. */
  isOut: boolean;
}

/**
 * Servers send calls in many shapes: whole ones in one piece, without an index or with one that does not begin at 0,
 * without an id, with id and name in every piece, with a name in pieces or after the arguments, with arguments as an
 * object. Out come calls with indices from 0, an id and a name in the first piece, and arguments as text. A name is never
 * made up; one that could become that of an offered function is waited for.
 */
export function createCallRepair(offered: readonly string[]): CallRepair {
  const calls: Call[] = [];

  const find = (givenIndex: number | undefined, givenId: string | undefined, name: string | undefined) => {
    const known =
      givenIndex === undefined
        ? (calls.find((call) => givenId !== undefined && call.givenId === givenId) ??
          (name === undefined || calls.at(-1)?.name === '' ? calls.at(-1) : undefined))
        : calls.findLast((call) => call.givenIndex === givenIndex);
    // What has no name begins no call, though some make up an id for every piece.
    if (known === undefined || name === undefined || known.name === '') return known;
    // Another id at the same index is another call, and so is a name after whole arguments.
    if (givenId !== undefined && known.givenId !== undefined && givenId !== known.givenId) return undefined;
    return givenId === undefined && isWhole(known.arguments) ? undefined : known;
  };
  const begins = (text: string) => offered.some((other) => other !== text && other.startsWith(text));
  /** Some send what follows of a name, some the name so far, and some again what they have sent. */
  const nameWith = (before: string, more: string) => {
    const joined = before + more;
    return more.startsWith(before) && !offered.includes(joined) && !begins(joined) ? more : joined;
  };
  /** Arguments come after a whole name, if they come after one. */
  const waits = ({ name, arguments: text }: Call) => name === '' || (text === '' && begins(name));

  const letOut = (call: Call): ToolCallDelta => {
    call.isOut = true;
    const { index, givenId, name, arguments: text } = call;
    if (name === '') return { index, function: { arguments: text } };
    const isTaken = calls.some((other) => other !== call && other.givenId === givenId);
    const id = givenId === undefined || isTaken ? `call_${randomBytes(12).toString('hex')}` : givenId;
    return { index, id, type: 'function', function: { name, arguments: text } };
  };
  const rest = (isCut: boolean) => calls.filter(({ isOut, name }) => !isOut && !(isCut && name === '')).map(letOut);

  const take = (piece: unknown): ToolCallDelta[] => {
    if (!isObject(piece)) return [];
    const called = isObject(piece['function']) ? piece['function'] : piece;
    const givenIndex = typeof piece['index'] === 'number' ? piece['index'] : undefined;
    const givenId = textOf(piece['id']);
    const name = textOf(called['name']);
    const text = argumentsText(called['arguments']);
    const known = find(givenIndex, givenId, name);
    if (known?.isOut === true) {
      known.arguments += text;
      return text === '' ? [] : [{ index: known.index, function: { arguments: text } }];
    }
    const before = known === undefined ? rest(false) : [];
    const call = known ?? { index: calls.length, givenIndex, givenId, name: '', arguments: '', isOut: false };
    if (known === undefined) calls.push(call);
    call.givenId ??= givenId;
    if (name !== undefined) call.name = nameWith(call.name, name);
    call.arguments += text;
    return waits(call) ? before : [...before, letOut(call)];
  };

  return {
    take: (pieces) => pieces.flatMap(take),
    rest,
    areWhole: () => calls.every((call) => call.arguments === '' || isWhole(call.arguments)),
    count: () => calls.length,
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function argumentsText(value: unknown): string {
  if (typeof value === 'string') return value;
  return isObject(value) ? JSON.stringify(value) : '';
}

function isWhole(text: string): boolean {
  return text.trimEnd().endsWith('}') && isJsonText(text);
}
