const reference = /&(#\d+;?|#[xX][\da-fA-F]+;?|(?:amp|lt|gt|quot|nbsp);?|apos;)/g;
const named: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', '\u00A0'],
]);
/** What browsers take the numbers 128 to 159 for: the characters of Windows. */
const windows = '\u20AC\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008D\u017D\u008F\u0090‘’“”•–—\u02DC™š›œ\u009D\u017EŸ';

/** References by number, and those by the names that every text in HTML needs; of HTML's others the text stays. */
export function unescapeHtml(text: string): string {
  return text.replaceAll(reference, (_, written: string) => {
    const name = written.replace(/;$/, '');
    if (!name.startsWith('#')) return named.get(name) ?? '';
    const isHex = /^#x/i.test(name);
    return characterOf(Number.parseInt(name.slice(isHex ? 2 : 1), isHex ? 16 : 10));
  });
}

function characterOf(number: number): string {
  if (number === 0 || number > 0x10_ff_ff || (number >= 0xd8_00 && number <= 0xdf_ff)) return '\uFFFD';
  if (number >= 0x80 && number <= 0x9f) return windows.charAt(number - 0x80);
  if (number === 0x0d) return '\r';
  return isNoCharacter(number) ? '' : String.fromCodePoint(number);
}

/** Control characters and places of Unicode that stand for nothing. */
function isNoCharacter(number: number): boolean {
  const isControl = (number < 0x20 && !(number >= 0x09 && number <= 0x0c && number !== 0x0b)) || number === 0x7f;
  const isUnassigned = (number >= 0xfd_d0 && number <= 0xfd_ef) || (number & 0xff_fe) === 0xff_fe;
  return isControl || isUnassigned;
}
