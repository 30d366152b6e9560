import { Dict } from '../values/dict.ts';
import { HostObject, Tuple, type Value } from '../values/value.ts';
import { dictMethods } from './dict-methods.ts';
import { listMethods, sequenceMethods } from './list-methods.ts';
import type { NativeTable, Runtime } from './native.ts';
import { textMethods } from './text-methods.ts';

/** A method of a value, bound to it; undefined where its kind has none of that name. */
export function methodOf(value: Value, name: string, runtime: Runtime): HostObject | undefined {
  if (typeof value === 'string') return bound(textMethods, value, name, runtime);
  if (value instanceof Dict) return bound(dictMethods, value, name, runtime);
  if (Array.isArray(value))
    return bound(listMethods, value, name, runtime) ?? bound(sequenceMethods, value, name, runtime);
  return value instanceof Tuple ? bound(sequenceMethods, value, name, runtime) : undefined;
}

function bound<Self extends Value>(
  methods: NativeTable<Self>,
  self: Self,
  name: string,
  runtime: Runtime,
): HostObject | undefined {
  const method = methods.get(name);
  if (!method) return undefined;
  return new HostObject(name, {
    call: (args) => {
      if (typeof self === 'string') runtime.meter.text(self.length);
      return method(self, args, runtime);
    },
  });
}
