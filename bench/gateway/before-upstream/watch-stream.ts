const lineFeed = 10;

/** Counts the events of one stream and keeps the longest gap between them. */
export interface StreamWatch {
  readonly take: (bytes: Buffer) => void;
  /** The stream broke; it counts as stalled. */
  readonly fail: () => void;
  /** Forgets what came before. */
  start(now: number): void;
  read(now: number): { readonly events: number; readonly longestGapMs: number };
}

export function watchStream(now: () => number = () => performance.now()): StreamWatch {
  let last = now();
  let events = 0;
  let longestGapMs = 0;
  let endsWithLineFeed = false;
  let isBroken = false;

  /** An event ends with an empty line, which may come in two pieces. */
  const countEvents = (bytes: Buffer): number => {
    const isEndOfLast = endsWithLineFeed && bytes[0] === lineFeed;
    let count = isEndOfLast ? 1 : 0;
    for (let at = bytes.indexOf('\n\n'); at !== -1; at = bytes.indexOf('\n\n', at + 2)) count += 1;
    const isWholeEnd = bytes.length === 1 ? isEndOfLast : bytes.at(-2) === lineFeed;
    endsWithLineFeed = bytes.at(-1) === lineFeed && !isWholeEnd;
    return count;
  };
  return {
    take(bytes) {
      const count = countEvents(bytes);
      if (count === 0) return;
      const arrivedAt = now();
      longestGapMs = Math.max(longestGapMs, arrivedAt - last);
      last = arrivedAt;
      events += count;
    },
    fail: () => void (isBroken = true),
    start(at) {
      last = at;
      events = 0;
      longestGapMs = 0;
    },
    read: (at) => ({ events, longestGapMs: isBroken ? Number.POSITIVE_INFINITY : Math.max(longestGapMs, at - last) }),
  };
}
