import { closingQuote } from '../../../lib/json-scan.ts';
import { Dict } from './dict.ts';
import type { Value } from './value.ts';

/** Python refuses longer numbers, too. */
const mostDigits = 4300;

/** The value of a JSON text as Python reads it: of whole numbers all digits, `1.0` as a float, keys in their order. */
export function valueOfJson(text: string): Value {
  // Throws for what is none. A reviver is told how numbers were written, but takes ten times as long.
  JSON.parse(text);
  const number = /-?\d+(\.\d+)?(e[-+]?\d+)?/iy;
  let at = 0;

  /** Goes on to what follows, in which commas and colons tell nothing. */
  const next = (): string => {
    while (' \n\r\t,:'.includes(text.charAt(at))) at++;
    return text.charAt(at);
  };
  const readString = (): string => {
    const from = at;
    at = closingQuote(text, from + 1) + 1;
    return JSON.parse(text.slice(from, at)) as string;
  };
  const readNumber = (): bigint | number => {
    number.lastIndex = at;
    const [written = '', fraction, exponent] = number.exec(text) ?? [];
    at += written.length;
    const isWhole = fraction === undefined && exponent === undefined && written.length <= mostDigits;
    return isWhole ? BigInt(written) : Number(written);
  };
  const readList = (): Value[] => {
    const items: Value[] = [];
    for (at++; next() !== ']';) items.push(read());
    at++;
    return items;
  };
  const readDict = (): Dict => {
    const dict = new Dict();
    for (at++; next() !== '}';) dict.set(readString(), read());
    at++;
    return dict;
  };
  const readWord = <Word>(written: string, word: Word): Word => {
    at += written.length;
    return word;
  };
  const read = (): Value => {
    switch (next()) {
      case '"':
        return readString();
      case '[':
        return readList();
      case '{':
        return readDict();
      case 't':
        return readWord('true', true);
      case 'f':
        return readWord('false', false);
      case 'n':
        return readWord('null', null);
      default:
        return readNumber();
    }
  };
  return read();
}
