import { createExaminer } from './examiner.ts';
import { createFetchImage } from './fetch/fetch-image.ts';
import type { FetchRules } from './fetch/image-url.ts';
import { createResolveImages, type ImageRules, type ResolveImages } from './resolve-images.ts';

/** The configuration's section on images. */
export type ImageSettings = FetchRules & Omit<ImageRules, 'fetchSeconds'> & { readonly remote: boolean };

/** Makes of the images that clients send, or name, what engines may see. */
export interface Images {
  readonly resolve: ResolveImages;
  readonly close: () => Promise<void>;
}

export function createImages(settings: ImageSettings): Images {
  const examiner = createExaminer();
  return {
    resolve: createResolveImages({
      rules: { ...settings, fetchSeconds: settings.timeouts.totalSeconds },
      examiner,
      fetchImage: settings.remote ? createFetchImage(settings) : undefined,
    }),
    close: () => examiner.close(),
  };
}
