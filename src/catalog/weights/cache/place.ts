/** Where one file of weights lies in the end, and on its way there. */
export interface Place {
  /** For engines. */
  readonly path: string;
  /** Where it grows. */
  readonly partial: string;
  /** Held by who makes it grow. */
  readonly lock: string;
  /** Whether the whole file is there. Changes nothing. */
  isFilled(): Promise<boolean>;
  /** As `isFilled`; contents that are there under another name become the file. */
  adopt(): Promise<boolean>;
  /** Makes the partial file, whole and checked, the file: all at once. */
  settle(sha256: string): Promise<void>;
}
