import { fail } from './jinja-error.ts';
import type { Meter } from './meter.ts';
import { isEqual } from './values/compare.ts';
import { HostObject, Tuple, type Arguments, type Value } from './values/value.ts';

/** What `loop` tells about one round of a loop. */
interface Round {
  readonly items: readonly Value[];
  readonly index: number;
  readonly depth: number;
}

/** `loop` for all rounds of one loop: it speaks of the round that is current when it is asked. */
export function createLoop(
  current: () => Round,
  recurse: ((items: Value) => Value) | undefined,
  meter: Meter,
): HostObject {
  let lastSeen: Tuple | undefined;
  const cycle = new HostObject('cycle', {
    call: ({ positional }) => positional[current().index % Math.max(1, positional.length)],
  });
  const changed = new HostObject('changed', {
    call: ({ positional }) => {
      const seen = new Tuple(positional);
      const isChanged = !lastSeen || !isEqual(lastSeen, seen, meter);
      lastSeen = seen;
      return isChanged;
    },
  });

  const attribute = (name: string): Value => {
    const { items, index, depth } = current();
    switch (name) {
      case 'index':
        return BigInt(index + 1);
      case 'index0':
        return BigInt(index);
      case 'revindex':
        return BigInt(items.length - index);
      case 'revindex0':
        return BigInt(items.length - index - 1);
      case 'first':
        return index === 0;
      case 'last':
        return index === items.length - 1;
      case 'length':
        return BigInt(items.length);
      case 'previtem':
        return items[index - 1];
      case 'nextitem':
        return items[index + 1];
      case 'depth':
        return BigInt(depth + 1);
      case 'depth0':
        return BigInt(depth);
      case 'cycle':
        return cycle;
      case 'changed':
        return changed;
      default:
        return undefined;
    }
  };
  const call = ({ positional }: Arguments): Value =>
    recurse ? recurse(positional[0]) : fail('only a loop marked recursive can be called');
  return new HostObject('loop', { attribute, call });
}
