import { tooManyBytes, type ImageSource } from './examine-image.ts';
import { ImageProblem } from './image-problem.ts';

/** The longest head: no media type of an image comes near. */
const longestHead = 64;

/** Whether a URL is a data URL, or means to be one. */
export function isDataUrl(url: string): boolean {
  return /^data:/i.test(url.slice(0, 5));
}

/** What a data URL holds, not decoded yet. Only base64 and no parameters: `data:image/png;base64,…`. */
export function readDataUrl(url: string, maxBytes: number): ImageSource {
  const comma = url.slice(0, longestHead).indexOf(',');
  const head = /^data:image\/([a-z0-9.+-]+);base64$/i.exec(url.slice(0, Math.max(0, comma)));
  if (head === null) {
    throw new ImageProblem('has a data URL of another form. Write `data:image/png;base64,…` with the type it has');
  }
  if (((url.length - comma - 1) / 4) * 3 - 2 > maxBytes) throw tooManyBytes(maxBytes);
  const name = (head[1] ?? '').toLowerCase();
  // A name that never was registered, and that many write.
  return { mediaType: `image/${name === 'jpg' ? 'jpeg' : name}`, base64: url.slice(comma + 1) };
}
