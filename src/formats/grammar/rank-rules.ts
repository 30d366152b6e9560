/** Rules as symbols; see `CompiledGrammar`. */
interface Rules {
  readonly symbols: Int32Array;
  readonly alternatives: Int32Array;
  readonly rules: Int32Array;
}

interface Ranked {
  readonly isOptional: Uint8Array<ArrayBuffer>;
  readonly ranks: Int32Array<ArrayBuffer>;
  /** A rule that begins with itself; there is no order then. */
  readonly recursive: number | undefined;
}

/**
 * Finds which rules may be empty, and an order in which none begins with an earlier one. That `loops` come back to
 * themselves behind what may be empty is no harm, and is not counted. Takes time in proportion to the grammar.
 */
export function rankRules({ symbols, alternatives, rules }: Rules, loops: ReadonlySet<number>): Ranked {
  const count = rules.length - 1;
  const isOptional = optionalRules({ symbols, alternatives, rules });
  const ranks = new Int32Array(count).fill(-1);
  const isOpen = new Uint8Array(count);
  let next = count;
  for (let root = 0; root < count; root++) {
    if (ranks[root] !== -1) continue;
    // A list instead of recursion: a chain may be as long as the grammar.
    const path = [{ rule: root, leading: leading(root) }];
    isOpen[root] = 1;
    for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
      const child = step.leading.pop();
      if (child === undefined) {
        ranks[step.rule] = --next;
        isOpen[step.rule] = 0;
        path.pop();
      } else if (isOpen[child] === 1) {
        if (child !== step.rule || !loops.has(child)) return { isOptional, ranks, recursive: child };
      } else if (ranks[child] === -1) {
        isOpen[child] = 1;
        path.push({ rule: child, leading: leading(child) });
      }
    }
  }
  return { isOptional, ranks, recursive: undefined };

  /** The rules that a rule may begin with. */
  function leading(rule: number): number[] {
    const found = new Set<number>();
    for (let at = rules[rule] ?? 0; at < (rules[rule + 1] ?? 0); at++) {
      for (let position = alternatives[at] ?? 0; ; position++) {
        const symbol = symbols[position] ?? -1;
        if (symbol >= -1) break;
        found.add(-symbol - 2);
        if (isOptional[-symbol - 2] === 0) break;
      }
    }
    return [...found];
  }
}

function optionalRules({ symbols, alternatives, rules }: Rules): Uint8Array<ArrayBuffer> {
  const count = rules.length - 1;
  const isOptional = new Uint8Array(count);
  /** By rule, the alternatives that wait for it to be found optional, as where they go on and whose they are. */
  const waiting: { rule: number; position: number }[][] = Array.from({ length: count }, () => []);
  const pending: { rule: number; position: number }[] = [];
  for (let rule = 0; rule < count; rule++) {
    for (let at = rules[rule] ?? 0; at < (rules[rule + 1] ?? 0); at++) {
      pending.push({ rule, position: alternatives[at] ?? 0 });
    }
  }
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    const { rule, position } = item;
    if (isOptional[rule] === 1) continue;
    const symbol = symbols[position] ?? 0;
    if (symbol >= 0) continue;
    const part = -symbol - 2;
    if (symbol < -1 && isOptional[part] === 0) waiting[part]?.push(item);
    else if (symbol < -1) pending.push({ rule, position: position + 1 });
    else {
      isOptional[rule] = 1;
      for (const each of waiting[rule] ?? []) pending.push({ rule: each.rule, position: each.position + 1 });
    }
  }
  return isOptional;
}
