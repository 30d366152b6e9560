/** The formats that are taken, by the names of their media types. */
const imageFormats = ['png', 'jpeg', 'webp', 'gif'] as const;
export type ImageFormat = (typeof imageFormats)[number];

/** What a file says of itself before its pixels, held against its structure. */
export interface ImageHeader {
  readonly format: ImageFormat;
  readonly width: number;
  readonly height: number;
  /** Where the picture ends. What follows is no part of it, and no decoder has to see it. */
  readonly end: number;
  /** Bytes that have to stand at `end` in place of what follows there. */
  readonly trailer?: Uint8Array;
}
