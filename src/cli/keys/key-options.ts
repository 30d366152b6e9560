import { type Command, InvalidArgumentError } from 'commander';
import { parseMoment } from '../../lib/moment.ts';

/** Commander's values of the flags that say what a key may do. */
export interface SettingFlags {
  readonly name?: string;
  readonly owner?: string;
  readonly team?: string;
  readonly label?: Readonly<Record<string, string>>;
  readonly scope?: readonly string[];
  readonly model?: readonly string[];
  readonly endpoint?: readonly string[];
  readonly limit?: Readonly<Record<string, unknown>>;
  readonly weight?: unknown;
  readonly expires?: string;
}

/** Of a key that is there already nothing is a default: what is not named stays. */
export function addSettingOptions(command: Command, { isNew }: { readonly isNew: boolean }): Command {
  const otherwise = (what: string) => (isNew ? ` (default: ${what})` : '');
  return command
    .option('--name <text>', 'what the key is for')
    .option('--owner <text>', 'who answers for it')
    .option('--team <name>', 'whose limits it shares')
    .option('--label <name=value>', 'repeat it for several', collectPair)
    .option('--scope <scope>', `inference, metrics or admin; repeat it${otherwise('inference')}`, collect)
    .option('--model <pattern>', `an id, a glob or family:<name>; repeat it${otherwise('every model')}`, collect)
    .option('--endpoint <path>', `a path of the API, or a glob; repeat it${otherwise('every one')}`, collect)
    .option('--limit <name=number>', 'such as tokensPerMinute=10000; repeat it', collectLimit)
    .option('--weight <number>', `share of a busy model beside others${otherwise('1')}`, toNumber)
    .option('--expires <when>', `a date, a time from now such as 30d or 12h, or never${otherwise('never')}`, toDate);
}

/** The flags in the words of the API, which checks them. What was not given is left out. */
export function settingsFromFlags(flags: SettingFlags): Readonly<Record<string, unknown>> {
  const given = {
    name: flags.name,
    owner: flags.owner,
    team: flags.team,
    labels: flags.label,
    scopes: flags.scope,
    models: flags.model,
    endpoints: flags.endpoint,
    limits: flags.limit,
    weight: flags.weight,
    expiresAt: flags.expires === never ? null : flags.expires,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** `90`, `90s`, `15m`, `12h`, `30d`, `2w` in seconds. */
export function toSeconds(text: string): number {
  const [, amount, unit = 's'] = /^(\d{1,9})([smhdw])?$/.exec(text) ?? [];
  const seconds = Number(amount) * (unitSeconds[unit] ?? Number.NaN);
  if (Number.isFinite(seconds)) return seconds;
  throw new InvalidArgumentError('Write a time such as 90s, 15m, 12h or 30d.');
}

/** The last moment that the API's way to write one can say. */
const latest = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** Commander takes no null of a reader. */
const never = 'never';

function toDate(text: string): string {
  if (text === never) return never;
  const isFromNow = /^\d{1,9}[smhdw]?$/.test(text);
  const at = isFromNow ? Date.now() + toSeconds(text) * 1000 : parseMoment(text);
  if (at !== undefined && at <= latest) return new Date(at).toISOString();
  throw new InvalidArgumentError(
    'Write a date such as 2027-01-31, a time with its zone such as 2027-01-31T12:00Z, a time from now such as 30d, or never.',
  );
}

/** How many entries are asked for. */
export function toCount(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Write a whole number of 1 or more.');
}

function toNumber(text: string): unknown {
  const value = Number(text);
  return text.trim() === '' || !Number.isFinite(value) ? text : value;
}

function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

function collectPair(text: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Write name=value.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

function collectLimit(text: string, before: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  const pair = Object.entries(collectPair(text)).map(([name, value]) => [name, toNumber(value)]);
  return { ...before, ...Object.fromEntries(pair) };
}
