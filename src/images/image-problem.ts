/** Why an image is not taken, as the end of a sentence that begins with "the image"; nothing of the image is in it. */
export class ImageProblem extends Error {
  override readonly name = 'ImageProblem';
}
