/** What a template's text means. Every node that can fail at run time knows its line. */

export type Expression =
  | { readonly kind: 'literal'; readonly value: null | boolean | bigint | number | string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'tuple'; readonly items: readonly Expression[] }
  | { readonly kind: 'dict'; readonly entries: readonly (readonly [Expression, Expression])[] }
  | { readonly kind: 'unary'; readonly operator: UnaryOperator; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'logical'; readonly operator: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'compare'; readonly first: Expression; readonly rest: readonly Comparison[] }
  | {
      readonly kind: 'conditional';
      readonly condition: Expression;
      readonly chosen: Expression;
      readonly otherwise: Expression | undefined;
    }
  | { readonly kind: 'attribute'; readonly object: Expression; readonly name: string }
  | { readonly kind: 'item'; readonly object: Expression; readonly key: Expression | undefined }
  | {
      readonly kind: 'slice';
      readonly object: Expression;
      readonly start: Expression | undefined;
      readonly stop: Expression | undefined;
      readonly step: Expression | undefined;
    }
  | { readonly kind: 'call'; readonly callee: Expression; readonly args: ArgumentList }
  | { readonly kind: 'filter'; readonly operand: Expression; readonly filter: NamedCall }
  | { readonly kind: 'test'; readonly operand: Expression; readonly test: NamedCall; readonly isNegated: boolean };

export type UnaryOperator = '-' | '+' | 'not';
export type BinaryOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**' | '~';
export type ComparisonOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in';

export interface Comparison {
  readonly operator: ComparisonOperator;
  readonly right: Expression;
}

/** Arguments as written: `*rest` spreads into the positional ones, `**rest` into the named ones. */
export interface ArgumentList {
  readonly positional: readonly { readonly value: Expression; readonly isSpread: boolean }[];
  readonly named: readonly { readonly name: string | undefined; readonly value: Expression }[];
}

/** A filter or a test with its arguments. */
export interface NamedCall {
  readonly name: string;
  readonly args: ArgumentList;
}

export interface Parameter {
  readonly name: string;
  readonly byDefault: Expression | undefined;
}

export type Target =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'attribute'; readonly name: string; readonly attribute: string }
  | { readonly kind: 'tuple'; readonly items: readonly Target[] };

export type Statement = { readonly line: number } & (
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'output'; readonly expression: Expression }
  | { readonly kind: 'if'; readonly branches: readonly Branch[]; readonly otherwise: readonly Statement[] }
  | ({ readonly kind: 'for' } & Loop)
  | { readonly kind: 'set'; readonly target: Target; readonly value: Expression }
  | {
      readonly kind: 'setBlock';
      readonly target: Target;
      readonly filters: readonly NamedCall[];
      readonly body: readonly Statement[];
    }
  | { readonly kind: 'macro'; readonly name: string; readonly macro: MacroBody }
  | { readonly kind: 'callBlock'; readonly call: Expression; readonly caller: MacroBody }
  | { readonly kind: 'filterBlock'; readonly filters: readonly NamedCall[]; readonly body: readonly Statement[] }
  | {
      readonly kind: 'with';
      readonly assignments: readonly { readonly target: Target; readonly value: Expression }[];
      readonly body: readonly Statement[];
    }
  | { readonly kind: 'do'; readonly expression: Expression }
  | { readonly kind: 'break' }
  | { readonly kind: 'continue' }
);

export interface Branch {
  readonly condition: Expression;
  readonly body: readonly Statement[];
}

export interface Loop {
  readonly target: Target;
  readonly iterable: Expression;
  readonly condition: Expression | undefined;
  readonly isRecursive: boolean;
  readonly body: readonly Statement[];
  readonly otherwise: readonly Statement[];
}

export interface MacroBody {
  readonly parameters: readonly Parameter[];
  readonly body: readonly Statement[];
}
