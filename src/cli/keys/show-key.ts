import type { Key } from '../../api/key.ts';
import { showControls } from '../../lib/show-controls.ts';
import { say, type Terminal } from '../terminal.ts';
import type { KeyFlags } from './with-keys.ts';

/** A key as lines for a person, or as JSON. */
export function showKey(key: Key, { json }: KeyFlags, { stdout }: Terminal): void {
  if (json) return say(stdout, JSON.stringify(key, null, 2));
  const { object: _, secrets, ...fields } = key;
  const rows = [
    ...Object.entries(fields).map(([name, value]) => [name, worded(value)] as const),
    ...secrets.map(({ prefix, expiresAt }) => ['secret', `${prefix}… until ${expiresAt ?? 'the key ends'}`] as const),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  for (const [name, value] of rows) say(stdout, showControls(`${name.padEnd(width)}  ${value}`.trimEnd()));
}

/** A key and its text: the text alone on stdout, for scripts; the rest for the person. */
export function showMadeKey(key: Key, plain: string, { json }: KeyFlags, { stdout, stderr }: Terminal): void {
  if (json) return say(stdout, JSON.stringify({ ...key, key: plain }, null, 2));
  say(stdout, plain);
  say(stderr, `This is the only time the key is shown. It is ${key.id}.`);
}

function worded(value: unknown): string {
  if (value === null) return '–';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ');
  if (typeof value !== 'object') return typeof value === 'string' ? value : JSON.stringify(value);
  return Object.entries(value)
    .map(([name, each]) => `${name}=${String(each)}`)
    .join(', ');
}
