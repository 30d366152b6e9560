import type { PullEvent } from '../catalog/weights/fetch-plan.ts';

const progressEveryMs = 250;

/**
 * What a pull reports, as a stream that ends with it or fails as it does. A reader that is slow misses progress and
 * nothing else, and never slows the pull.
 */
export async function* pullEvents(
  pull: (report: (event: PullEvent) => void) => Promise<void>,
  everyMs = progressEveryMs,
): AsyncGenerator<PullEvent> {
  let queue: PullEvent[] = [];
  let wake = () => {};
  const state = { isOver: false };
  const report = (event: PullEvent) => {
    if (event.kind === 'progress') queue = queue.filter(({ kind }) => kind !== 'progress');
    queue.push(event);
    wake();
  };
  const ended = pull(report).finally(() => {
    state.isOver = true;
    wake();
  });
  // Awaited below; until then nobody else hears of a failure.
  ended.catch(() => undefined);
  let calmUntil = 0;
  const isWorthTelling = () =>
    state.isOver || queue.some(({ kind }) => kind !== 'progress') || performance.now() >= calmUntil;
  for (;;) {
    while (!state.isOver && (queue.length === 0 || !isWorthTelling())) await soon(calmUntil, (next) => (wake = next));
    const told = queue;
    queue = [];
    if (told.some(({ kind }) => kind === 'progress')) calmUntil = performance.now() + everyMs;
    yield* told;
    if (state.isOver && queue.length === 0) return ended;
  }
}

/** Resolves when it is woken, or once the moment has come if that lies ahead. */
function soon(moment: number, take: (wake: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const ahead = moment - performance.now();
    const timer = ahead > 0 ? setTimeout(resolve, ahead) : undefined;
    take(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
