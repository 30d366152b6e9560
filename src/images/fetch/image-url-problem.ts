/** Why an image's URL is not fetched, or brought nothing, as the end of a sentence that begins with "the URL". */
export class ImageUrlProblem extends Error {
  override readonly name = 'ImageUrlProblem';
}
