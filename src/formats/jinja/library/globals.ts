import { fail, JinjaError } from '../jinja-error.ts';
import { Dict } from '../values/dict.ts';
import { elementsOf, HostObject, isSequence, Namespace, type Arguments, type Value } from '../values/value.ts';
import { bind, countArgument, madeText, readText, textArgument, type Runtime } from './native.ts';
import { strftime } from './strftime.ts';

type Global = (args: Arguments, runtime: Runtime) => Value;

const globals: ReadonlyMap<string, Global> = new Map<string, Global>([
  ['range', range],
  ['namespace', namespace],
  ['dict', (args, runtime) => new Dict(dictEntries(args, runtime))],
  ['raise_exception', raise],
  ['strftime_now', strftimeNow],
  ['joiner', joiner],
  ['cycler', cycler],
  ['lipsum', () => fail('lipsum is made by chance, and a prompt is not')],
]);

/** A function that every template can call; undefined when there is none of that name. */
export function globalOf(name: string, runtime: Runtime): HostObject | undefined {
  const run = globals.get(name);
  return run && new HostObject(name, { call: (args) => run(args, runtime) });
}

function range(args: Arguments, { meter }: Runtime): Value {
  const [first, second, third] = bind(args, ['start', 'stop', 'step']);
  const [start, stop] =
    second === undefined ? [0, countArgument(first, 0)] : [countArgument(first, 0), countArgument(second, 0)];
  const step = countArgument(third, 1);
  if (step === 0) return fail('the step of a range cannot be zero');
  const length = Math.max(0, Math.ceil((stop - start) / step));
  meter.step(length);
  return Array.from({ length }, (_, at) => BigInt(start + at * step));
}

function namespace(args: Arguments, runtime: Runtime): Value {
  return new Namespace(new Map(dictEntries(args, runtime).map(([name, value]) => [textArgument(name), value])));
}

function dictEntries({ positional, named }: Arguments, { meter }: Runtime): (readonly [Value, Value])[] {
  const given = positional.flatMap((value) => (value instanceof Dict ? value.entries() : pairsIn(value)));
  meter.step(given.length);
  return [...given, ...named];
}

/** A list of keys and their values. */
function pairsIn(value: Value): (readonly [Value, Value])[] {
  if (!isSequence(value)) return fail('needs a dict or pairs');
  return elementsOf(value).map((pair) => {
    const [key, item, ...more] = isSequence(pair) ? elementsOf(pair) : [];
    return key === undefined || item === undefined || more.length > 0 ? fail('needs a dict or pairs') : [key, item];
  });
}

function raise(args: Arguments, runtime: Runtime): Value {
  throw new JinjaError('raised', readText(bind(args, ['message'])[0], runtime));
}

function strftimeNow(args: Arguments, runtime: Runtime): Value {
  const format = readText(bind(args, ['format'])[0], runtime);
  runtime.meter.text(format.length * 12);
  return madeText(strftime(runtime.clock(), format), runtime);
}

/** Gives nothing the first time it is called, and the separator from then on. */
function joiner(args: Arguments): Value {
  const separator = textArgument(bind(args, ['sep'])[0], ', ');
  let isFirst = true;
  return new HostObject('joiner', {
    call: () => {
      const text = isFirst ? '' : separator;
      isFirst = false;
      return text;
    },
  });
}

/** Goes through its values again and again, one each time `next` is called. */
function cycler({ positional }: Arguments): Value {
  if (positional.length === 0) return fail('a cycler needs a value at least');
  let at = 0;
  const next = new HostObject('next', {
    call: () => {
      const value = positional[at];
      at = (at + 1) % positional.length;
      return value;
    },
  });
  const reset = new HostObject('reset', {
    call: () => {
      at = 0;
      return null;
    },
  });
  return new HostObject('cycler', {
    attribute: (name) =>
      name === 'next' ? next : name === 'reset' ? reset : name === 'current' ? positional[at] : undefined,
  });
}
