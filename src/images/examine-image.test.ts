import { describe, expect, it } from 'vitest';
import { blackPng, heavyPng } from '../../test/support/made-images.ts';
import { sampleImages } from '../../test/support/sample-images.ts';
import { readDataUrl } from './data-url.ts';
import { examineImage, type ImageBounds } from './examine-image.ts';
import { createExaminer } from './examiner.ts';

const bounds: ImageBounds = { maxBytes: 1 << 20, maxPixels: 1_000_000, formats: ['png', 'jpeg', 'webp', 'gif'] };
const examine = (url: string, given: Partial<ImageBounds> = {}) => {
  const all = { ...bounds, ...given };
  return examineImage(readDataUrl(url, all.maxBytes), all);
};
const png = `data:image/png;base64,${sampleImages.png}`;

describe('an image in a data URL', () => {
  it('is what its bytes are', () => {
    expect(examine(png)).toEqual({ format: 'png', width: 8, height: 6, bytes: 116, base64: sampleImages.png });
  });

  it.each([
    ['in capitals', `DATA:IMAGE/PNG;BASE64,${sampleImages.png}`],
    ['by the name that many write', `data:image/jpg;base64,${sampleImages.jpeg}`],
  ])('may name its type %s', (_, url) => {
    expect(examine(url)).toMatchObject({ width: 8 });
  });

  it('keeps the first frame of a GIF and nothing behind a picture', () => {
    const { base64, bytes } = examine(`data:image/gif;base64,${sampleImages.animatedGif}`);
    const kept = Buffer.from(base64, 'base64');
    const padded = Buffer.concat([Buffer.from(sampleImages.jpeg, 'base64'), Buffer.from('<script>')]);

    expect(kept.length).toBe(bytes);
    expect(kept.length).toBeLessThan(100);
    expect(kept.at(-1)).toBe(0x3b);
    expect(examine(`data:image/jpeg;base64,${padded.toString('base64')}`).base64).toBe(sampleImages.jpeg);
  });

  it.each<[string, string, string]>([
    ['a type that the bytes are not', `data:image/png;base64,${sampleImages.jpeg}`, 'Write `data:image/jpeg;base64'],
    ['text', `data:text/plain;base64,${sampleImages.png}`, 'data URL of another form'],
    ['a parameter', `data:image/png;charset=utf-8;base64,${sampleImages.png}`, 'data URL of another form'],
    ['percent encoding', 'data:image/png,%89PNG', 'data URL of another form'],
    ['no comma', `data:image/png;base64${sampleImages.png}`, 'data URL of another form'],
    ['no type', `data:;base64,${sampleImages.png}`, 'data URL of another form'],
    ['a line end at the end of the head', `data:image/png;base64\n,${sampleImages.png}`, 'data URL of another form'],
    ['SVG', `data:image/svg+xml;base64,${btoa('<svg/>')}`, 'is no PNG'],
    ['nothing', 'data:image/png;base64,', 'not valid base64'],
    ['a blank', `${png.slice(0, 60)} ${png.slice(60)}`, 'not valid base64'],
    ['a line end', `${png}\n`, 'not valid base64'],
    ['no padding', `data:image/png;base64,${sampleImages.gif.replaceAll('=', '')}A`, 'not valid base64'],
    ['padding in the middle', `${png.slice(0, 60)}====${png.slice(60)}`, 'not valid base64'],
    ['letters of URLs', `${png.slice(0, 60)}-___${png.slice(64)}`, 'not valid base64'],
    ['other letters', `${png.slice(0, 60)}äöü€${png.slice(64)}`, 'not valid base64'],
  ])('is refused: %s', (_, url, problem) => {
    expect(() => examine(url)).toThrow(problem);
  });

  it.each<[string, Buffer, string]>([
    ['1x1', blackPng(1, 1), 'has 1x1 pixels'],
    ['0x8', blackPng(0, 8), 'has 0x8 pixels'],
    ['a row', blackPng(64, 1), 'has 64x1 pixels'],
    ['pixels that take few bytes', blackPng(10_000, 10_000), 'has 10000x10000 pixels'],
    ['the largest numbers', blackPng(0xffffffff, 0xffffffff), 'has 4294967295x4294967295 pixels'],
    ['bytes', heavyPng(1 << 20), 'has more than 1048576 bytes'],
  ])('is refused for its size: %s', (_, bytes, problem) => {
    expect(() => examine(`data:image/png;base64,${bytes.toString('base64')}`)).toThrow(problem);
  });

  it('is refused when its format is switched off', () => {
    expect(() => examine(png, { formats: ['jpeg', 'webp'] })).toThrow('Send jpeg, webp');
  });
});

describe('a large image', () => {
  const large = heavyPng(600_000).toString('base64');
  const wrong = large.replace(/^.{40}/, 'A'.repeat(40));

  it('is looked at in a thread with the same outcome, also beside others', async () => {
    const examiner = createExaminer();
    const look = (base64: string) => examiner.examine({ base64, mediaType: 'image/png' }, bounds);

    const outcomes = await Promise.allSettled([look(large), look(wrong), look(sampleImages.png), look(large)]);

    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(outcomes[0]).toMatchObject({ value: { width: 8, height: 6, base64: large } });
    expect(outcomes[1]).toMatchObject({ reason: { name: 'ImageProblem' } });
    await examiner.close();
  });

  it('is looked at there as a fetched file too', async () => {
    const examiner = createExaminer();
    const bytes = new Uint8Array(heavyPng(600_000));

    const image = await examiner.examine({ bytes }, bounds);

    expect(image).toMatchObject({ format: 'png', base64: large });
    await examiner.close();
  });
});
