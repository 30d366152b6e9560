/** An abort in place of the end of the process, once for each of these signals: the second one ends it. */
export function abortOn(...names: readonly NodeJS.Signals[]): {
  readonly signal: AbortSignal;
  /** From then on they end the process again. */
  readonly letGo: () => void;
} {
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  for (const name of names) process.once(name, stop);
  return {
    signal: stopping.signal,
    letGo() {
      for (const name of names) process.off(name, stop);
    },
  };
}
