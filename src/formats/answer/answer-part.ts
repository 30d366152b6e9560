export type AnswerPart =
  | { readonly kind: 'reasoning'; readonly text: string }
  | { readonly kind: 'content'; readonly text: string }
  /** Begins a call, before its arguments. */
  | { readonly kind: 'call'; readonly index: number; readonly id?: string; readonly name: string }
  /** A piece of JSON text; the pieces of a call that ended are one JSON object. */
  | { readonly kind: 'arguments'; readonly index: number; readonly text: string }
  /** The call was written completely. A call without this was cut, or broke and was given back as content. */
  | { readonly kind: 'call-end'; readonly index: number };
