/** What is known of an image without decoding it: what an estimate of its tokens can start from. */
export interface ImageFacts {
  readonly format: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
}
