/** Token texts as large vocabularies have them: bytes, words with and without a space, marks, digits, other scripts. */
export function madeVocabulary(size: number): Uint8Array[] {
  const texts = new Set<string>();
  const add = (text: string) => texts.size < size - 256 && texts.add(text);
  for (const text of marks()) add(text);
  for (const text of syllables('abcdefghijklmnopqrstuvwxyz', 'aeiou', size)) {
    add(` ${text}`);
    add(text);
    if (texts.size % 5 === 0) add(text.charAt(0).toUpperCase() + text.slice(1));
    if (texts.size % 7 === 0) add(`_${text}`);
    if (texts.size % 11 === 0) add(`"${text}`);
    if (texts.size % 6 === 0) add(otherScript(texts.size));
    if (texts.size >= size - 256) break;
  }
  const bytes = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
  const others = Array.from(texts, (text) => Buffer.from(text)).filter(({ length }) => length > 1);
  return [...bytes, ...others];
}

function* marks(): Generator<string> {
  const signs = Array.from('{}[]()<>"\':;,.!?-_=+*/\\|&%$#@~^`');
  for (const a of signs) for (const b of [...signs, ' ', '\n']) yield a + b;
  for (const a of ['{"', '":', '",', '"}', '["', '"]', '},', '],']) for (const b of signs) yield a + b;
  for (let length = 2; length < 40; length++)
    yield* [' '.repeat(length), `\n${' '.repeat(length)}`, '-'.repeat(length)];
  for (let number = 10; number < 1000; number++) yield String(number);
}

function* syllables(consonants: string, vowels: string, most: number): Generator<string> {
  let words = [''];
  for (let count = 0; count < most;) {
    const longer: string[] = [];
    for (const word of words) {
      for (const consonant of consonants) {
        for (const vowel of vowels) {
          if (count++ >= most) return;
          longer.push(word + consonant + vowel);
          yield word + consonant + vowel;
        }
      }
    }
    words = longer;
  }
}

function otherScript(at: number): string {
  const [start, span] = at % 2 === 0 ? [0x430, 32] : [0x4e00, 6000];
  return Array.from({ length: 1 + (at % 3) }, (_, place) =>
    String.fromCodePoint(start + ((at * 7 + place * 13) % span)),
  ).join('');
}
