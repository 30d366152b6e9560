/** `run`, once at a time: whoever asks while it runs shares the next run, which begins when this one has ended. */
export function shareRuns(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  const ask = (): Promise<void> => {
    if (running === undefined) {
      running = run().finally(() => (running = undefined));
      return running;
    }
    const after = () => {
      next = undefined;
      return ask();
    };
    next ??= running.then(after, after);
    return next;
  };
  return ask;
}
