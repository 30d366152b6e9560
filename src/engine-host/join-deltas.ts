import type { Delta } from '../api/chat-completion-chunk.ts';

/** Appends a delta to those that nobody has read, joined to the last of them where it goes on in the same field. */
export function appendDelta(unread: Delta[], next: Delta): void {
  const last = unread.at(-1);
  const joined = last && (joinedText(last, next) ?? joinedArguments(last, next));
  if (joined) unread[unread.length - 1] = joined;
  else unread.push(next);
}

function joinedText(last: Delta, next: Delta): Delta | undefined {
  if (last.content !== undefined && next.content !== undefined) return { content: last.content + next.content };
  if (last.reasoning_content === undefined || next.reasoning_content === undefined) return undefined;
  return { reasoning_content: last.reasoning_content + next.reasoning_content };
}

/** A call's id and name stay in its first piece; only argument pieces are joined to it. */
function joinedArguments({ tool_calls: [last] = [] }: Delta, { tool_calls: [next] = [] }: Delta): Delta | undefined {
  if (!last || !next || last.index !== next.index || next.id !== undefined) return undefined;
  const text = (last.function.arguments ?? '') + (next.function.arguments ?? '');
  return { tool_calls: [{ ...last, function: { ...last.function, arguments: text } }] };
}
