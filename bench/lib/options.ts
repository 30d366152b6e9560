import { parseArgs } from 'node:util';

type Value = string | number | boolean | readonly number[] | readonly string[];

/** A command-line option: what it is for, and its default, which also says of what type it is. */
interface Option<T extends Value = Value> {
  readonly about: string;
  readonly default: T;
}

/** A default is one of the values that an option may have, not the only one. */
type Widened<T> = T extends string
  ? string
  : T extends number
    ? number
    : T extends boolean
      ? boolean
      : T extends readonly number[]
        ? readonly number[]
        : readonly string[];
type Values<T extends Readonly<Record<string, Option>>> = { readonly [Key in keyof T]: Widened<T[Key]['default']> };

/**
 * Reads `--name value`, or `--name` alone where the default is `false`; lists are separated by commas. `--help` prints
 * what there is and ends the process.
 */
export function readOptions<const T extends Readonly<Record<string, Option>>>(command: string, options: T): Values<T> {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean' },
      ...Object.fromEntries(
        Object.entries(options).map(([name, { default: fallback }]) => [
          name,
          { type: typeof fallback === 'boolean' ? ('boolean' as const) : ('string' as const) },
        ]),
      ),
    },
  });
  if (values.help === true) {
    process.stdout.write(usage(command, options));
    process.exit(0);
  }
  const given = values as Readonly<Record<string, string | boolean | undefined>>;
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => [name, convert(name, given[name], option.default)]),
  ) as Values<T>;
}

function convert(name: string, text: string | boolean | undefined, fallback: Value): Value {
  if (text === undefined) return fallback;
  if (typeof text === 'boolean' || typeof fallback === 'boolean') return text;
  const number = (part: string) => {
    const value = Number(part);
    if (part === '' || !Number.isFinite(value)) throw new Error(`--${name}: "${part}" is not a number.`);
    return value;
  };
  if (typeof fallback === 'number') return number(text);
  if (typeof fallback === 'string') return text;
  return text.split(',').map((part) => (typeof fallback[0] === 'number' ? number(part) : part)) as Value;
}

function usage(command: string, options: Readonly<Record<string, Option>>): string {
  const width = Math.max(...Object.keys(options).map((name) => name.length));
  const lines = Object.entries(options).map(
    ([name, option]) => `  --${name.padEnd(width)}  ${option.about} (default: ${String(option.default)})`,
  );
  return `node ${command} [options]\n\n${lines.join('\n')}\n`;
}
