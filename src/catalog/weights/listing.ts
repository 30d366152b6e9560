import type { Digest } from './digest.ts';

/** A file as the place that has it describes it. */
export interface ListedFile {
  /** In its repository. */
  readonly path: string;
  readonly bytes?: number | undefined;
  readonly digest?: Digest | undefined;
}

/** The files of a repository at one commit. */
export interface Listing {
  /** 40 hexadecimal digits. */
  readonly commit: string;
  readonly files: readonly ListedFile[];
}
