import type { DestinationStream } from 'pino';
import { isObject } from '../lib/is-object.ts';
import { showControls } from '../lib/show-controls.ts';

/** What `createLogger` writes, as far as it is the same for every record. */
interface LogRecord {
  readonly level: string;
  readonly time: string;
  readonly msg?: string;
  readonly err?: { readonly message?: string; readonly stack?: string };
  readonly [field: string]: unknown;
}

export interface ReadableLinesOptions {
  /** Whether colours and the clearing of an unfinished line mean something to whom the lines go. */
  readonly isTerminal: boolean;
  /** `NO_COLOR` (https://no-color.org). */
  readonly noColour?: boolean;
}

/**
 * A place for the logger's JSON lines that passes them on as a person reads them: the time of day here, the level, what
 * happened, then `name=value`. What cannot be shown as it is stands in quotes and escapes, as in JSON, so that nothing a
 * client sent can speak to the terminal. What has parts of its own, as what a model takes of the memory has, would fill
 * the screen: of it there is its reason, if it has one, and the JSON has the rest. The trace of an error follows on lines
 * of its own.
 */
export function readableLines(destination: DestinationStream, options: ReadableLinesOptions): DestinationStream {
  const paint = options.isTerminal && options.noColour !== true ? coloured : plain;
  // A line of progress may stand there unfinished.
  const start = options.isTerminal ? '\r\u001b[2K' : '';
  return { write: (json: string) => destination.write(`${start}${readable(json, paint)}\n`) };
}

type Paint = (text: string, colour: number) => string;

const plain: Paint = (text) => text;
const coloured: Paint = (text, colour) => `\u001b[${colour}m${text}\u001b[0m`;
const dim = 2;
const colours: Readonly<Record<string, number>> = { debug: 36, info: 32, warn: 33, error: 31, fatal: 31 };

function readable(json: string, paint: Paint): string {
  const { level, time, msg = '', err, ...rest } = JSON.parse(json) as LogRecord;
  const fields = { ...rest, ...(err?.message !== undefined && { error: err.message }) };
  const parts = [
    paint(new Date(time).toTimeString().slice(0, 8), dim),
    paint(level.padEnd(5), colours[level] ?? dim),
    showControls(msg),
    ...Object.entries(fields).flatMap(([name, value]) => {
      const said = isObject(value) ? value['reason'] : value;
      return isSimple(said) ? [`${paint(`${name}=`, dim)}${shown(said)}`] : [];
    }),
  ];
  const trace = err?.stack?.split('\n').slice(1) ?? [];
  return [parts.join(' '), ...trace.map((line) => paint(`    ${showControls(line.trim())}`, dim))].join('\n');
}

function isSimple(value: unknown): boolean {
  return Array.isArray(value) ? value.every(isSimple) : ['string', 'number', 'boolean'].includes(typeof value);
}

function shown(value: unknown): string {
  if (typeof value === 'string' && /^[^\s"=]+$/.test(value) && showControls(value) === value) return value;
  return showControls(JSON.stringify(value));
}
