import type { Statement } from './syntax/syntax-tree.ts';

/** What a template's source says about itself, without it being rendered. */
export interface TemplateReads {
  /** Names that it reads where nothing in it has set them: what a caller can tell it. */
  readonly names: ReadonlySet<string>;
  /** Texts as they stand in it. */
  readonly literals: ReadonlySet<string>;
}

/** Finds the variables and texts of a template. Names of functions that every template can call are among them. */
export function readsOf(statements: readonly Statement[]): TemplateReads {
  const names = new Set<string>();
  const literals = new Set<string>();
  visitAll(statements, new Set());
  return { names, literals };

  /**
   * In order: what one statement sets, the next ones find. What only some ways through a block set is not relied on
   * behind it.
   */
  function visitAll(nodes: readonly unknown[], bound: Set<string>): void {
    for (const node of nodes) visit(node, bound);
  }

  function visit(node: unknown, bound: Set<string>): void {
    if (Array.isArray(node)) return visitAll(node, bound);
    if (!isNode(node)) return;
    switch (node['kind']) {
      case 'name':
        if (!bound.has(String(node['name']))) names.add(String(node['name']));
        return;
      case 'literal':
        if (typeof node['value'] === 'string') literals.add(node['value']);
        return;
      case 'set':
        visit(node['value'], bound);
        return bind(node['target'], bound);
      case 'setBlock':
        visit(node['filters'], bound);
        visit(node['body'], new Set(bound));
        return bind(node['target'], bound);
      case 'macro':
        bound.add(String(node['name']));
        return visitMacro(node['macro'], bound);
      case 'callBlock':
        visit(node['call'], bound);
        return visitMacro(node['caller'], bound);
      case 'for': {
        visit(node['iterable'], bound);
        const inside = new Set([...bound, 'loop']);
        bind(node['target'], inside);
        visit(node['condition'], inside);
        visit(node['body'], inside);
        return visit(node['otherwise'], new Set(bound));
      }
      case 'with': {
        const inside = new Set(bound);
        for (const assignment of node['assignments'] as readonly Record<string, unknown>[]) {
          visit(assignment['value'], inside);
          bind(assignment['target'], inside);
        }
        return visit(node['body'], inside);
      }
      case 'if': {
        const after: Set<string>[] = [];
        for (const branch of node['branches'] as readonly Record<string, unknown>[]) {
          visit(branch['condition'], bound);
          const inside = new Set(bound);
          visit(branch['body'], inside);
          after.push(inside);
        }
        const otherwise = new Set(bound);
        visit(node['otherwise'], otherwise);
        for (const name of otherwise) if (after.every((inside) => inside.has(name))) bound.add(name);
        return;
      }
      default:
        return visitAll(Object.values(node), bound);
    }
  }

  function visitMacro(macro: unknown, bound: ReadonlySet<string>): void {
    if (!isNode(macro)) return;
    const inside = new Set([...bound, 'caller', 'varargs', 'kwargs']);
    for (const parameter of macro['parameters'] as readonly Record<string, unknown>[]) {
      visit(parameter['byDefault'], inside);
      inside.add(String(parameter['name']));
    }
    visit(macro['body'], inside);
  }

  function bind(target: unknown, bound: Set<string>): void {
    if (!isNode(target)) return;
    if (target['kind'] === 'tuple') for (const item of target['items'] as readonly unknown[]) bind(item, bound);
    else if (target['kind'] === 'name') bound.add(String(target['name']));
    else if (!bound.has(String(target['name']))) names.add(String(target['name']));
  }
}

function isNode(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
