import { fail } from '../jinja-error.ts';
import { Dict } from '../values/dict.ts';
import { iterate } from '../values/iterate.ts';
import { isTrue } from '../values/truth.ts';
import { typeName } from '../values/type-name.ts';
import { elementsOf, isSequence, type Value } from '../values/value.ts';
import { escapeHtml } from './escape-html.ts';
import { countArgument, madeText, readText, taking, textArgument, type Native, type Runtime } from './native.ts';
import { stripTags } from './strip-tags.ts';
import { urlize } from './urlize.ts';

const escape: Native = taking([], (value, _, runtime) => madeText(escapeHtml(lookedAt(value, runtime)), runtime));

/** Filters that make HTML, or URLs, or read them. Nothing else escapes text: what is safe is like any other. */
export const markupFilters: readonly (readonly [string, Native])[] = [
  ['safe', taking([], (value, _, runtime) => readText(value, runtime))],
  ['escape', escape],
  ['e', escape],
  ['forceescape', escape],
  ['striptags', taking([], (value, _, runtime) => stripTags(readText(value, runtime), runtime.meter))],
  ['urlencode', taking([], urlEncode)],
  ['urlize', taking(['trim_url_limit', 'nofollow', 'target', 'rel', 'extra_schemes'], links)],
  ['xmlattr', taking(['autospace'], attributes)],
];

/** The text of a value of which each character is looked at. */
function lookedAt(value: Value, runtime: Runtime): string {
  const text = readText(value, runtime);
  runtime.meter.characters(text.length);
  return text;
}

/** Text as part of a path; what holds pairs as a query. */
function urlEncode(value: Value, _: readonly Value[], runtime: Runtime): string {
  const quoted = (part: Value) => percentEncoded(lookedAt(part, runtime));
  if (!(value instanceof Dict) && !isSequence(value)) return madeText(quoted(value).replaceAll('%2F', '/'), runtime);
  const pairs =
    value instanceof Dict
      ? value.entries()
      : iterate(value, runtime.meter).map((pair) => (isSequence(pair) ? elementsOf(pair) : fail('needs pairs')));
  const inQuery = (part: Value) => quoted(part).replaceAll('%20', '+');
  return madeText(pairs.map(([key, item]) => `${inQuery(key)}=${inQuery(item)}`).join('&'), runtime);
}

/** As Python does it, which leaves letters, digits and `_.-~` alone. */
function percentEncoded(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function links(value: Value, [limit, noFollow, target, rel, schemes]: readonly Value[], runtime: Runtime): string {
  const relations = new Set(textArgument(rel ?? '').split(/\s+/));
  if (isTrue(noFollow)) relations.add('nofollow');
  relations.add('noopener');
  const extra = iterate(schemes ?? [], runtime.meter).map((scheme) => textArgument(scheme));
  for (const scheme of extra) {
    if (!/^[\p{L}\p{N}_.+-]{2,}:\/{0,2}$/u.test(scheme)) return fail(`'${scheme}' is no prefix of an address`);
  }
  const made = urlize(
    readText(value, runtime),
    {
      shown: limit === undefined || limit === null ? undefined : countArgument(limit, 0),
      rel: [...relations].filter(Boolean).toSorted().join(' '),
      target: textArgument(target ?? ''),
      schemes: extra,
    },
    runtime.meter,
  );
  return madeText(made, runtime);
}

/** The attributes of an element, with a space before them unless told otherwise. What has no value is left out. */
function attributes(value: Value, [autospace = true]: readonly Value[], runtime: Runtime): string {
  if (!(value instanceof Dict)) return fail(`xmlattr needs a dict, not ${typeName(value)}`);
  const written = value.entries().flatMap(([key, item]) => {
    if (item === null || item === undefined) return [];
    const name = textArgument(key);
    if (/[\s/>=]/.test(name)) return fail(`'${name}' is no name of an attribute`);
    return [`${escapeHtml(name)}="${escapeHtml(lookedAt(item, runtime))}"`];
  });
  return madeText((written.length > 0 && isTrue(autospace) ? ' ' : '') + written.join(' '), runtime);
}
