/**
 * How many paths of leftmost rules a grammar has, or that one of them is a circle. llama.cpp's check for left
 * recursion walks every path again, and its own idea of an empty rule misses some circles, which then never end
 * (`llama_grammar_detect_left_recursion`): both must be known before the native parser sees a grammar.
 */
export function leftmostCost(bodies: ReadonlyMap<string, string | undefined>): number | 'recursive' {
  const items = new Map([...bodies].map(([name, body]) => [name, alternativesOf(body ?? '')]));
  const mayBeEmpty = emptyRules(items);
  const leftmost = new Map([...items].map(([name, alternatives]) => [name, leading(alternatives, mayBeEmpty)]));
  const costs = new Map<string, number>();
  let total = 0;
  for (const root of leftmost.keys()) {
    // A loop of its own instead of recursion: a chain may have as many rules as the grammar.
    const path = [{ name: root, next: 0, cost: 1 }];
    const open = new Set([root]);
    for (let step = path.at(-1); step !== undefined && !costs.has(root); step = path.at(-1)) {
      const child = leftmost.get(step.name)?.[step.next];
      if (child === undefined) {
        costs.set(step.name, step.cost);
        open.delete(step.name);
        path.pop();
        const parent = path.at(-1);
        if (parent !== undefined) parent.cost += step.cost;
        continue;
      }
      step.next++;
      const known = costs.get(child);
      if (known !== undefined) step.cost += known;
      else if (open.has(child)) return 'recursive';
      else {
        open.add(child);
        path.push({ name: child, next: 0, cost: 1 });
      }
    }
    total = Math.max(total, costs.get(root) ?? 0);
  }
  return total;
}

/** What an alternative begins with, up to what surely consumes a character. */
type Alternative = readonly { readonly reference?: string; readonly isOptional: boolean }[];

const token = /("(?:[^"\\]|\\.)*"|\[(?:[^\]\\]|\\.)*\]|[a-zA-Z0-9-]+|[.|()])\s*([?*+]|\{[^}]*\})?/g;

/** Finds the alternatives of a body. Those of a group count as the body's own. */
function alternativesOf(body: string): Alternative[] {
  const alternatives: Alternative[number][][] = [[]];
  const groups: { readonly before: Alternative; readonly from: number }[] = [];
  for (const [, text = '', quantifier = ''] of body.matchAll(token)) {
    const isOptional = /^(?:[?*]|\{\s*0)/.test(quantifier);
    if (text === '|') alternatives.push([...(groups.at(-1)?.before ?? [])]);
    else if (text === '(') groups.push({ before: [...(alternatives.at(-1) ?? [])], from: alternatives.length - 1 });
    else if (text === ')') {
      const { before, from } = groups.pop() ?? { before: [], from: 0 };
      const inside = alternatives.slice(from).map((parts) => parts.slice(before.length));
      const mayBeEmpty = inside.some((parts) => parts.every((part) => part.isOptional || part.reference !== undefined));
      if (isOptional || mayBeEmpty) alternatives.push([...before]);
    } else if (/^[a-zA-Z0-9-]/.test(text)) alternatives.at(-1)?.push({ reference: text, isOptional });
    else if (text !== '""') alternatives.at(-1)?.push({ isOptional });
  }
  return alternatives;
}

function emptyRules(items: ReadonlyMap<string, readonly Alternative[]>): Set<string> {
  const empty = new Set<string>();
  for (let grew = true; grew;) {
    grew = false;
    for (const [name, alternatives] of items) {
      if (empty.has(name)) continue;
      const isEmpty = alternatives.some((parts) =>
        parts.every(({ reference, isOptional }) => isOptional || (reference !== undefined && empty.has(reference))),
      );
      if (isEmpty) empty.add(name);
      grew ||= isEmpty;
    }
  }
  return empty;
}

function leading(alternatives: readonly Alternative[], mayBeEmpty: ReadonlySet<string>): string[] {
  return alternatives.flatMap((parts) => {
    const references: string[] = [];
    for (const { reference, isOptional } of parts) {
      if (reference !== undefined) references.push(reference);
      if (!isOptional && (reference === undefined || !mayBeEmpty.has(reference))) break;
    }
    return references;
  });
}
