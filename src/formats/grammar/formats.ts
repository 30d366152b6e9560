import { formatWithin } from './formats-within.ts';

const monthDay =
  '(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|02-(?:0[1-9]|1\\d|2[0-8]))';
const leapYear = '(?:\\d\\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)';
const date = `(?:\\d{4}-${monthDay}|${leapYear}-02-29)`;
/** Without leap seconds, which only some days have. */
const time = '(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?(?:[Zz]|[+-](?:[01]\\d|2[0-3]):[0-5]\\d)';
const label = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?';
const shortLabel = '[a-zA-Z0-9]+(?:-[a-zA-Z0-9]+)*';
const domain = `${shortLabel}(?:\\.${shortLabel})*`;
const byte = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const ipv4 = `${byte}(?:\\.${byte}){3}`;
const group = '[0-9a-fA-F]{1,4}';
const ipv6 = [
  `(?:${group}:){7}${group}`,
  // A double colon stands for one group at least: so many before it, so many after it at most.
  ...Array.from({ length: 7 }, (_, before) => {
    const head = before === 0 ? '' : `${group}(?::${group}){${before - 1}}`;
    const after = 6 - before;
    return `${head}::${after === 0 ? group : `(?:${group}(?::${group}){0,${after}})?`}`;
  }),
  `(?:${group}:){7}:`,
].join('|');
/** Characters of a path or query (RFC 3986, 3.3), percent escapes included. */
const pathCharacter = "(?:[a-zA-Z0-9._~!$&'()*+,;=:@-]|%[0-9a-fA-F]{2})";
const path = `(?:/${pathCharacter}*)*`;
const rest = `(?:\\?(?:${pathCharacter}|[/?])*)?(?:#(?:${pathCharacter}|[/?])*)?`;
const scheme = '[a-zA-Z][a-zA-Z0-9+.-]*';
const authority = `//${domain}(?::\\d{1,5})?`;
const uri = `${scheme}:(?:${authority}${path}|${pathCharacter}+${path})${rest}`;
const pointer = '(?:/(?:[^~/]|~[01])*)*';
const count = '\\d{1,9}';
const clock = `T(?:${count}H(?:${count}M(?:${count}S)?)?|${count}M(?:${count}S)?|${count}S)`;
const days = `${count}D`;
const months = `${count}M(?:${days})?`;
const years = `${count}Y(?:${months})?`;
const duration = `P(?:${count}W|(?:${years}|${months}|${days})(?:${clock})?|${clock})`;

/**
 * Texts of JSON Schema's formats (2020-12 validation, 7.3) as regular expressions that match all of a text. They
 * may be narrower than the standards they stand for (quoted local parts of addresses, literals in host names),
 * but hardly wider: only the total length of host names is not counted.
 */
const expressions: Readonly<Record<string, string>> = {
  date,
  time,
  'date-time': `${date}[Tt]${time}`,
  duration,
  email: `[a-zA-Z0-9_+-]+(?:\\.[a-zA-Z0-9_+-]+)*@${shortLabel}(?:\\.${shortLabel})+`,
  hostname: `${label}(?:\\.${label})*`,
  ipv4,
  ipv6,
  uri,
  'uri-reference': `(?:${uri}|${authority}${path}${rest}|${path}${rest})`,
  uuid: '[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}',
  'json-pointer': pointer,
  'relative-json-pointer': `(?:0|[1-9]\\d*)(?:#|${pointer})`,
  byte: '(?:[a-zA-Z0-9+/]{4})*(?:[a-zA-Z0-9+/]{2}==|[a-zA-Z0-9+/]{3}=)?',
};
/** What an international name may be is more than what the plain one may be. */
const plainer: Readonly<Record<string, string>> = {
  'idn-email': 'email',
  'idn-hostname': 'hostname',
  iri: 'uri',
  url: 'uri',
  'iri-reference': 'uri-reference',
};

/** What is found in any text. */
export const anything = '';

/** Formats of strings that constrain nothing. */
const hints: ReadonlySet<string> = new Set(['password', 'binary', 'string', 'text']);

/** The expression of a format, of texts up to a length where one is given and it can say so; one that is found anywhere where it asks for nothing, undefined where it is not known. */
export function formatExpression(format: string, maxLength = Infinity): string | undefined {
  if (hints.has(format)) return anything;
  const name = plainer[format] ?? format;
  const bounded = maxLength < Infinity ? formatWithin(name, maxLength) : undefined;
  if (bounded !== undefined) return bounded;
  const expression = Object.hasOwn(expressions, name) ? expressions[name] : undefined;
  return expression === undefined ? undefined : `^(?:${expression})$`;
}
