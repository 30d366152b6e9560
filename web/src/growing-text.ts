export interface GrowingText {
  append(piece: string): void;
  /** Puts in at once what waits for the next frame. */
  flush(): void;
}

/**
 * Text that may grow faster than the page is drawn. What came since the last frame is put in together, inside `put`: each
 * time costs a layout of the whole text, and one for every token would freeze the page at a fast model's long answer.
 */
export function createGrowingText(text: HTMLElement, put: (change: () => void) => void): GrowingText {
  let waiting = '';
  let frame: number | undefined;
  const flush = () => {
    if (frame !== undefined) cancelAnimationFrame(frame);
    frame = undefined;
    if (waiting === '') return;
    const piece = waiting;
    waiting = '';
    put(() => text.append(piece));
  };
  return {
    append(piece) {
      waiting += piece;
      frame ??= requestAnimationFrame(flush);
    },
    flush,
  };
}
