import type { CallTrigger } from '../formats/call-grammar.ts';

/** Watches a text for the first of some others. */
export interface Trigger {
  /** What the text has from where a trigger begins, were these bytes to follow; undefined when none would occur. */
  find(bytes: Uint8Array): Uint8Array | undefined;
  /** Takes note of bytes that did follow. */
  note(bytes: Uint8Array): void;
}

/** Remembers no more of the text than a trigger may begin in. */
export function createTrigger({ texts, after, opensAnswer = false }: CallTrigger): Trigger {
  const needles = texts.map((text) => Buffer.from(text)).filter((needle) => needle.length > 0);
  if (opensAnswer) return atTheStart(needles);
  const longest = Math.max(1, ...needles.map((needle) => needle.length), Buffer.byteLength(after ?? ''));
  let isOpen = after === undefined;
  let tail = Buffer.alloc(0);

  /** The part of the text in which needles count. */
  const counted = (text: Buffer): Buffer => {
    if (isOpen || after === undefined) return text;
    const at = text.indexOf(after);
    return at < 0 ? Buffer.alloc(0) : text.subarray(at + Buffer.byteLength(after));
  };
  return {
    find(bytes) {
      const text = counted(Buffer.concat([tail, bytes]));
      const starts = needles.map((needle) => text.indexOf(needle)).filter((start) => start >= 0);
      return starts.length === 0 ? undefined : text.subarray(Math.min(...starts));
    },
    note(bytes) {
      const text = Buffer.concat([tail, bytes]);
      const rest = counted(text);
      if (!isOpen && after !== undefined && text.includes(after)) isOpen = true;
      const kept = isOpen ? rest : text;
      tail = Buffer.from(kept.subarray(Math.max(0, kept.length - longest + 1)));
    },
  };
}

/** Counts only what opens the text. White space is as the model likes it, between a call's words too. */
function atTheStart(needles: readonly Buffer[]): Trigger {
  const openings = needles.map(withoutSpace);
  let noted = Buffer.alloc(0);
  let isOver = false;
  return {
    find(bytes) {
      const text = Buffer.concat([noted, bytes]);
      const seen = withoutSpace(text);
      const isCall = !isOver && openings.some((opening) => seen.subarray(0, opening.length).equals(opening));
      return isCall ? text.subarray(text.findIndex((byte) => !isSpace(byte))) : undefined;
    },
    note(bytes) {
      if (isOver) return;
      noted = Buffer.concat([noted, bytes]);
      const seen = withoutSpace(noted);
      isOver = !openings.some((opening) => opening.subarray(0, seen.length).equals(seen.subarray(0, opening.length)));
    },
  };
}

function withoutSpace(text: Uint8Array): Buffer {
  return Buffer.from(text.filter((byte) => !isSpace(byte)));
}

function isSpace(byte: number): boolean {
  return ' \t\r\n'.includes(String.fromCharCode(byte));
}
