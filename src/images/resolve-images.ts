import type { ImagePart } from '../api/message.ts';
import { invalidValue, ManifoldError } from '../errors.ts';
import { createPlaces } from '../lib/places.ts';
import { isDataUrl, readDataUrl } from './data-url.ts';
import type { ExaminedImage, ImageBounds, ImageSource } from './examine-image.ts';
import type { Examiner } from './examiner.ts';
import type { FetchImage } from './fetch/fetch-image.ts';
import { ImageUrlProblem } from './fetch/image-url-problem.ts';
import { ImageProblem } from './image-problem.ts';

/** What a request's images may be. */
export interface ImageRules extends ImageBounds {
  /** Images in one request. */
  readonly maxCount: number;
  /** Bytes of all images of one request. */
  readonly maxTotalBytes: number;
  /** Seconds in which all images of one request have to be there. */
  readonly fetchSeconds: number;
}

/** An image part of a request and where it stands: `messages[0].content[1]`. */
export interface PlacedImage {
  readonly part: ImagePart;
  readonly param: string;
}

/** An image part as engines get it, and what is known of the image. */
export interface ResolvedImage {
  readonly part: ImagePart;
  readonly image: Omit<ExaminedImage, 'base64'>;
}

interface Parts {
  readonly rules: ImageRules;
  readonly examiner: Examiner;
  /** Absent where nothing is fetched. */
  readonly fetchImage?: FetchImage | undefined;
}

/** Images that are fetched at a time, of all requests together. */
const mostFetchedTogether = 16;

/**
 * The images of a request in their order, each checked and in a data URL whose type its bytes are. What is wrong with
 * one is a 400 naming its URL's place and never the URL.
 */
export type ResolveImages = (images: readonly PlacedImage[], signal: AbortSignal) => Promise<ResolvedImage[]>;

export function createResolveImages({ rules, examiner, fetchImage }: Parts): ResolveImages {
  const places = createPlaces(mostFetchedTogether);

  const sourceOf = async (url: string, maxBytes: number, signal: AbortSignal): Promise<ImageSource> => {
    if (isDataUrl(url)) return readDataUrl(url, maxBytes);
    if (fetchImage === undefined) {
      throw new ImageUrlProblem('is not fetched by this server. Send the image as `data:image/…;base64,…`');
    }
    return { bytes: await places.use(() => fetchImage(url, maxBytes, signal), signal) };
  };

  return async (images, signal) => {
    refuseTooMany(images, rules.maxCount);
    const deadline = AbortSignal.timeout(rules.fetchSeconds * 1000);
    const failed = new AbortController();
    const together = AbortSignal.any([signal, deadline, failed.signal]);
    let bytesLeft = rules.maxTotalBytes;
    const resolve = async ({ part, param }: PlacedImage): Promise<ResolvedImage> => {
      const { url } = part.image_url;
      try {
        const source = await sourceOf(url, rules.maxBytes, together);
        bytesLeft -= 'bytes' in source ? source.bytes.length : (source.base64.length / 4) * 3;
        if (bytesLeft < 0) {
          throw new ImageProblem(
            `brings the request over ${rules.maxTotalBytes} bytes of images. Send fewer, or smaller ones`,
          );
        }
        const { base64, ...image } = await examiner.examine(source, rules);
        return {
          part: { ...part, image_url: { ...part.image_url, url: `data:image/${image.format};base64,${base64}` } },
          image,
        };
      } catch (failure) {
        const error = explained(failure, `${param}.image_url.url`, { deadline, rules });
        failed.abort(error);
        throw error;
      }
    };
    return Promise.all(images.map(resolve));
  };
}

function refuseTooMany(images: readonly PlacedImage[], maxCount: number): void {
  const first = images[maxCount];
  if (first === undefined) return;
  throw invalidValue(first.param, `the request has ${images.length} images; at most ${maxCount} are taken.`);
}

interface Limits {
  readonly deadline: AbortSignal;
  readonly rules: ImageRules;
}

function explained(failure: unknown, param: string, { deadline, rules }: Limits): unknown {
  if (failure instanceof ImageProblem) {
    return new ManifoldError('invalid_image', `\`${param}\`: the image ${failure.message}.`, { param });
  }
  if (failure instanceof ImageUrlProblem) {
    return new ManifoldError('invalid_image_url', `\`${param}\`: the URL ${failure.message}.`, { param });
  }
  if (failure !== deadline.reason) return failure;
  const problem = `the image was not there after ${rules.fetchSeconds} seconds`;
  return new ManifoldError('invalid_image_url', `\`${param}\`: ${problem}. Send it as a data URL.`, { param });
}
