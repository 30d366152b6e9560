import { createEventStreamParser } from '../../lib/sse-parser.ts';
import type { AnswerBody } from './send-request.ts';

/** How the events of one answer are read. */
export interface EventReading<T> {
  /** What an event says; undefined where that is nothing. Throws for what is no such event. */
  read(data: string): T | undefined;
  /** Told once when the stream is over, with `[DONE]` or without. What it gives comes last; throws where it may not end. */
  end(isDone: boolean): T | undefined;
  /** Told once of what ended the reading early: throws what that means, or gives what comes last where all else had come. */
  lost(cause: unknown): T | undefined;
}

/**
 * What the events of an answer say, in their order. Leaving the iteration closes the connection; one whose answer was
 * read to its end serves again.
 */
export function readEvents<T>(body: AnswerBody, reading: EventReading<T>): AsyncIterableIterator<T> {
  const parser = createEventStreamParser();
  let events: readonly string[] = [];
  let at = 0;
  let isOver = false;

  const end = (isDone: boolean): IteratorResult<T> => {
    isOver = true;
    body.finish();
    return resultOf(reading.end(isDone));
  };
  /** The next of the events that have come; undefined when there is none. */
  const given = (): IteratorResult<T> | undefined => {
    while (at < events.length) {
      const data = events[at++] ?? '';
      if (isEnd(data)) return end(true);
      const item = reading.read(data);
      if (item !== undefined) return { done: false, value: item };
    }
    return undefined;
  };
  const next = async (): Promise<IteratorResult<T>> => {
    if (isOver) return over;
    try {
      for (let result = given(); ; result = given()) {
        if (result !== undefined) return result;
        // oxlint-disable-next-line no-await-in-loop -- a stream
        const bytes = await body.read();
        if (bytes === undefined) return end(false);
        events = parser.push(bytes);
        at = 0;
      }
    } catch (cause) {
      isOver = true;
      body.leave();
      return resultOf(reading.lost(cause));
    }
  };
  return {
    next,
    return() {
      isOver = true;
      body.leave();
      return Promise.resolve(over);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

const over = { done: true, value: undefined } as const;

function resultOf<T>(item: T | undefined): IteratorResult<T> {
  return item === undefined ? over : { done: false, value: item };
}

function isEnd(data: string): boolean {
  return data.length < 16 && data.trim() === '[DONE]';
}
