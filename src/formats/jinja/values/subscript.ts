import { fail } from '../jinja-error.ts';
import type { Meter } from '../meter.ts';
import { charactersOf } from './characters.ts';
import { chargeKey, Dict } from './dict.ts';
import { asCount } from './numbers.ts';
import { elementsOf, HostObject, isSequence, Namespace, Tuple, type Value } from './value.ts';

/** `value[key]` without methods: undefined where there is nothing. */
export function readItem(value: Value, key: Value, meter: Meter): Value {
  if (value instanceof Dict) {
    chargeKey(key, meter);
    return value.get(key);
  }
  if (value instanceof Namespace) return typeof key === 'string' ? value.attributes.get(key) : undefined;
  if (value instanceof HostObject) return typeof key === 'string' ? value.attribute(key) : undefined;
  if (value instanceof Tuple && typeof key === 'string') return value.items[value.names.indexOf(key)];
  const at = asCount(key);
  if (at === undefined) return undefined;
  if (isSequence(value)) return elementsOf(value).at(at);
  if (typeof value !== 'string') return undefined;
  meter.text(value.length);
  const characters = charactersOf(value, meter);
  return characters[at < 0 ? at + characters.length : at];
}

/** `value[start:stop:step]`, as in Python also with negative places and steps; undefined where nothing can be sliced. */
export function readSlice(value: Value, [start, stop, step]: readonly Value[], meter: Meter): Value {
  if (typeof value === 'string') {
    meter.text(value.length);
    const characters = charactersOf(value, meter);
    const places = placesOf(characters.length, bound(start), bound(stop), bound(step) ?? 1);
    if (typeof characters === 'string' && places.step === 1) {
      return characters.slice(places.from, places.from + places.count);
    }
    meter.step(places.count);
    return pick(characters, places).join('');
  }
  if (!isSequence(value)) return undefined;
  const elements = elementsOf(value);
  const places = placesOf(elements.length, bound(start), bound(stop), bound(step) ?? 1);
  meter.elements(places.count);
  const items = pick(elements, places);
  return value instanceof Tuple ? new Tuple(items) : items;
}

interface Places {
  readonly from: number;
  readonly step: number;
  readonly count: number;
}

function pick<Item>(all: ArrayLike<Item>, { from, step, count }: Places): Item[] {
  return Array.from({ length: count }, (_, at) => all[from + at * step] as Item);
}

function bound(value: Value): number | undefined {
  if (value === null || value === undefined) return undefined;
  return asCount(value) ?? fail('the places of a slice must be integers');
}

function placesOf(length: number, start: number | undefined, stop: number | undefined, step: number): Places {
  if (step === 0) return fail('the step of a slice cannot be zero');
  const [lowest, highest] = step > 0 ? [0, length] : [-1, length - 1];
  const place = (at: number | undefined, otherwise: number) =>
    at === undefined ? otherwise : Math.min(highest, Math.max(lowest, at < 0 ? at + length : at));
  const from = place(start, step > 0 ? lowest : highest);
  const to = place(stop, step > 0 ? highest : lowest);
  return { from, step, count: Math.max(0, Math.ceil((to - from) / step)) };
}
