/** Watches a text for the first of some others. */
export interface Trigger {
  /** What the text has from where a trigger begins, were these bytes to follow; undefined when none would occur. */
  find(bytes: Uint8Array): Uint8Array | undefined;
  /** Takes note of bytes that did follow. */
  note(bytes: Uint8Array): void;
}

/** Remembers no more of the text than a trigger may begin in. */
export function createTrigger(triggers: readonly string[]): Trigger {
  const needles = triggers.map((text) => Buffer.from(text)).filter((needle) => needle.length > 0);
  const longest = Math.max(1, ...needles.map((needle) => needle.length));
  let tail = Buffer.alloc(0);
  return {
    find(bytes) {
      const text = Buffer.concat([tail, bytes]);
      const starts = needles.map((needle) => text.indexOf(needle)).filter((start) => start >= 0);
      return starts.length === 0 ? undefined : text.subarray(Math.min(...starts));
    },
    note(bytes) {
      const text = Buffer.concat([tail, bytes]);
      tail = Buffer.from(text.subarray(Math.max(0, text.length - longest + 1)));
    },
  };
}
