import type { Meter } from '../meter.ts';
import { escapeHtml } from './escape-html.ts';

interface Links {
  /** As many characters of an address are shown. */
  readonly shown: number | undefined;
  readonly rel: string;
  readonly target: string;
  readonly schemes: readonly string[];
}

const word = String.raw`\p{L}\p{N}_`;
const domain = String.raw`(?:https?://|www\.)(?:[${word}%-]+\.)*(?:[a-z]{2,63}|xn--[${word}%]{2,59})`;
const plainDomain = String.raw`(?:[${word}%-]{2,63}\.)+(?:com|net|int|edu|gov|org|info|mil)`;
const host = String.raw`https?://(?:\p{Nd}{1,3}(?:\.\p{Nd}{1,3}){3}|\[(?:[\p{Nd}a-f]{0,4}:){2}(?:[\p{Nd}a-f]{0,4}:?){1,6}\])`;
const address = new RegExp(String.raw`^(?:${domain}|${plainDomain}|${host})(?::\p{Nd}{1,5})?(?:[/?#]\S*)?$`, 'iu');
const mail = new RegExp(String.raw`^\S+@[${word}][${word}.\-]*\.[${word}]+$`, 'u');
/** White space as Python's expressions see it. */
const gaps = new RegExp(
  String.raw`([\t-\r\u001c-\u001f \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+)`,
);
const closers = [')', '>', '.', ',', '\n', '&gt;'];
const pairs = [
  ['(', ')'],
  ['<', '>'],
  ['&lt;', '&gt;'],
] as const;

/** Text as HTML with the addresses in it as links: what begins with `http://`, `https://` or `www.`, domains, and mail. */
export function urlize(text: string, links: Links, meter: Meter): string {
  meter.characters(text.length);
  return escapeHtml(text)
    .split(gaps)
    .map((each) => linked(each, links, meter))
    .join('');
}

function linked(text: string, { shown, rel, target, schemes }: Links, meter: Meter): string {
  meter.characters(text.length);
  const { head, middle, tail } = bare(text);
  const attributes = `${rel && ` rel="${escapeHtml(rel)}"`}${target && ` target="${escapeHtml(target)}"`}`;
  const link = (to: string, label: string, more = attributes) => `${head}<a href="${to}"${more}>${label}</a>${tail}`;
  if (address.test(middle)) return link(/^https?:\/\//.test(middle) ? middle : `https://${middle}`, cut(middle, shown));
  // Each `@` may be the one.
  if (middle.includes('@')) meter.step(Math.ceil((middle.split('@').length * middle.length) / 64));
  const sentTo = middle.startsWith('mailto:') ? middle.slice('mailto:'.length) : undefined;
  if (sentTo !== undefined && mail.test(sentTo)) return link(middle, sentTo, '');
  if (middle.includes('@') && !/^(?:www\.|@)|:/.test(middle) && mail.test(middle)) {
    return link(`mailto:${middle}`, middle, '');
  }
  return schemes.some((scheme) => middle !== scheme && middle.startsWith(scheme)) ? link(middle, middle) : text;
}

/** A word without the brackets and the punctuation around it, but with the brackets that end what was begun inside. */
function bare(text: string): { readonly head: string; readonly middle: string; readonly tail: string } {
  const head = /^(?:[(<]|&lt;)+/.exec(text)?.[0] ?? '';
  let end = text.length;
  for (let closer: string | undefined = ''; closer !== undefined; end -= closer.length) {
    closer = closers.find((each) => end - each.length >= head.length && text.endsWith(each, end));
    if (closer === undefined) break;
  }
  let [middle, tail] = [text.slice(head.length, end), text.slice(end)];
  for (const [opening, closing] of pairs) {
    const opened = count(middle, opening);
    if (opened <= count(middle, closing)) continue;
    for (let moved = Math.min(opened, count(tail, closing)); moved > 0; moved--) {
      const after = tail.indexOf(closing) + closing.length;
      middle += tail.slice(0, after);
      tail = tail.slice(after);
    }
  }
  return { head, middle, tail };
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}

function cut(text: string, most: number | undefined): string {
  if (most === undefined) return text;
  const characters = Array.from(text);
  return characters.length > most ? `${characters.slice(0, most).join('')}...` : text;
}
