import type { Dispatcher } from 'undici';

/** An answer whose head has come. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: AnswerBody;
}

/** The bytes of an answer as they come. Reading more slowly than they come makes the server wait. */
export interface AnswerBody extends AsyncIterable<Uint8Array> {
  /**
   * The next bytes; undefined at the end. Rejects with what cut the connection, or with the signal's reason, at once and
   * whatever has come before. One call at a time.
   */
  read(): Promise<Uint8Array | undefined>;
  /** Calls once the answer has ended, or its connection; at once where that is so already. */
  whenOver(listener: () => void): void;
  /** Nothing more is wanted: closes the connection, unless the answer has ended. */
  leave(): void;
  /** All that matters has come but the end: the connection is closed if it has not come within a second. */
  expectEnd(): void;
  /** All that matters has come: the connection serves again if the answer ends within a second, else it is closed. */
  finish(): void;
}

/** Bytes that nobody has read before the server has to wait. */
const mostUnread = 64 << 10;
const endWithinMs = 1000;

/**
 * Sends a request; resolves with the head of its answer, whatever its status. Rejects with what the connection failed
 * of, or at once with the signal's reason. A connection whose answer did not end well carries no other one.
 */
export function sendRequest(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  signal: AbortSignal,
): Promise<Answer> {
  if (signal.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    dispatcher.dispatch(options, new Incoming({ resolve, reject }, signal));
  });
}

interface Head {
  resolve(answer: Answer): void;
  reject(reason: unknown): void;
}

/** One answer, from the connection's side and from the reader's. */
class Incoming implements Dispatcher.DispatchHandler, AnswerBody {
  readonly #head: Head;
  readonly #signal: AbortSignal;
  readonly #onAbort = () => this.#cut(this.#signal.reason);
  #controller: Dispatcher.DispatchController | undefined;
  #unread: Buffer[] = [];
  #unreadBytes = 0;
  #reader: { resolve(bytes: Buffer | undefined): void; reject(reason: unknown): void } | undefined;
  #failure: { readonly reason: unknown } | undefined;
  #hasEnded = false;
  #isLeft = false;
  #patience: NodeJS.Timeout | undefined;
  #onOver: (() => void)[] = [];

  constructor(head: Head, signal: AbortSignal) {
    this.#head = head;
    this.#signal = signal;
    signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // Nobody waits for it any more.
    if (this.#failure) controller.abort(this.#failure.reason as Error);
  }

  onResponseStart(_controller: unknown, status: number, headers: Answer['headers']): void {
    if (status >= 200) this.#head.resolve({ status, headers, body: this });
  }

  onResponseData(controller: Dispatcher.DispatchController, bytes: Buffer): void {
    if (this.#isLeft) return;
    const reader = this.#reader;
    if (reader) {
      this.#reader = undefined;
      reader.resolve(bytes);
      return;
    }
    this.#unread.push(bytes);
    this.#unreadBytes += bytes.length;
    if (this.#unreadBytes >= mostUnread) controller.pause();
  }

  onResponseEnd(): void {
    this.#hasEnded = true;
    this.#stop();
    this.#reader?.resolve(undefined);
    this.#reader = undefined;
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.#fail(error);
  }

  read(): Promise<Buffer | undefined> {
    const bytes = this.#unread.shift();
    if (bytes !== undefined) {
      this.#unreadBytes -= bytes.length;
      if (this.#controller?.paused === true && this.#unreadBytes < mostUnread) this.#controller.resume();
      return Promise.resolve(bytes);
    }
    if (this.#failure) return Promise.reject(this.#failure.reason);
    if (this.#hasEnded || this.#isLeft) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
    });
  }

  whenOver(listener: () => void): void {
    if (this.#hasEnded || this.#failure) listener();
    else this.#onOver.push(listener);
  }

  leave(): void {
    if (!this.#hasEnded && !this.#failure) this.#cut(new Error('The answer was left.'));
  }

  expectEnd(): void {
    if (this.#hasEnded || this.#failure) return;
    this.#patience ??= setTimeout(() => this.leave(), endWithinMs);
  }

  finish(): void {
    if (this.#hasEnded || this.#failure) return;
    this.#isLeft = true;
    this.#unread = [];
    this.#controller?.resume();
    this.expectEnd();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (let bytes = await this.read(); bytes !== undefined; bytes = await this.read()) yield bytes;
    } finally {
      this.leave();
    }
  }

  #cut(reason: unknown): void {
    this.#unread = [];
    this.#fail(reason);
    this.#controller?.abort(reason as Error);
  }

  #fail(reason: unknown): void {
    if (this.#hasEnded || this.#failure) return;
    this.#failure = { reason };
    this.#stop();
    this.#head.reject(reason);
    this.#reader?.reject(reason);
    this.#reader = undefined;
  }

  #stop(): void {
    clearTimeout(this.#patience);
    this.#signal.removeEventListener('abort', this.#onAbort);
    for (const listener of this.#onOver.splice(0)) listener();
  }
}
