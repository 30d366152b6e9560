import type { ReasoningSyntax } from '../output-format.ts';

/** The tags most reasoning models use. A call may come before they are closed; it then closes them. */
export const thinkTags: ReasoningSyntax = { open: ['<think>'], close: '</think>', allowsCalls: true };

export function reasoningTags(open: string, close: string): ReasoningSyntax {
  return { open: [open], close, allowsCalls: true };
}
