import type { ListedFile, Listing } from '../listing.ts';

/** Bytes of one file from some offset on. */
export interface Opened {
  /** Where the bytes begin: what was asked for, or 0 when the file changed or cannot be continued. */
  readonly from: number;
  readonly totalBytes: number | undefined;
  /** Tells this version of the file from others; absent when nothing does. */
  readonly validator: string | undefined;
  /** When it was changed last, where that is known. */
  readonly modifiedAt?: Date | undefined;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Has to be called in the end; closes what is still open. */
  close(): void;
}

/** Where the bytes of one file come from. */
export interface ByteSource {
  /** For people. Holds no secret. */
  readonly name: string;
  /**
   * Opens the file at `from`. With `validator` only if it is still that version, else from its begin. Throws
   * ManifoldError; one that is retryable may go well later.
   */
  open(from: number, validator: string | undefined, signal: AbortSignal): Promise<Opened>;
}

/** Where repositories come from: a hub, or a mirror of one. */
export interface Origin {
  /** For people. */
  readonly name: string;
  /** Throws `weights_not_found`, `weights_denied` or `download_failed`. `known` is what a card says of the files. */
  list(repository: string, revision: string, signal: AbortSignal, known?: readonly ListedFile[]): Promise<Listing>;
  /** A file of a listing. */
  source(repository: string, commit: string, path: string): ByteSource;
}
