import { UnsupportedSchema } from './unsupported-schema.ts';

/**
 * Refuses rules whose texts never end, since each needs another of them: `{"required": ["next"]}` whose `next` is
 * the same again. A rule's alternatives are given as what they need; rules that are not given end.
 */
export function refuseEndless(needs: ReadonlyMap<string, readonly (readonly string[])[]>): void {
  const dependents = new Map<string, string[]>();
  const ending = new Set<string>();
  const pending: string[] = [];
  const check = (rule: string) => {
    const isEnding = needs.get(rule)?.some((all) => all.every((need) => ending.has(need) || !needs.has(need)));
    if (isEnding !== true || ending.has(rule)) return;
    ending.add(rule);
    pending.push(rule);
  };
  for (const [rule, alternatives] of needs) {
    for (const need of alternatives.flat()) {
      const known = dependents.get(need);
      if (known === undefined) dependents.set(need, [rule]);
      else known.push(rule);
    }
  }
  for (const rule of needs.keys()) check(rule);
  for (let rule = pending.pop(); rule !== undefined; rule = pending.pop()) {
    for (const dependent of dependents.get(rule) ?? []) check(dependent);
  }
  if (ending.size < needs.size) throw new UnsupportedSchema('$ref', '', 'a value that it describes would never end.');
}
