import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { followFile, readAddresses } from './replica-file.ts';

const read = (text: string) => {
  const bad: (readonly [number, string])[] = [];
  return { addresses: readAddresses(text, (line, why) => void bad.push([line, why])), bad };
};

describe('a file of addresses', () => {
  it('has one a line, and comments', () => {
    expect(read('# all\nhttp://a:1 # the first\n\n  https://b/v1\nhttp://a:1\n')).toEqual({
      addresses: ['http://a:1', 'https://b/v1'],
      bad: [],
    });
  });

  it.each(['nonsense', 'ftp://a', 'http://me:secret@a', 'http://secret@a', 'http://a/?key=secret', 'http://a?'])(
    'leaves out %s, and tells where it stands and not what it is',
    (line) => {
      const { addresses, bad } = read(`http://a\n${line}\n`);

      expect(addresses).toEqual(['http://a']);
      expect(bad).toEqual([[2, expect.any(String)]]);
      expect(JSON.stringify(bad)).not.toMatch(/secret|nonsense/);
    },
  );
});

it('a change is noticed that came before anyone looked', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'manifold-replica-file-'));
  const file = join(directory, 'addresses');
  const known = 'http://a';
  // It is written after it was read, and before it is followed.
  writeFileSync(file, 'http://b');
  const texts: string[] = [];
  const stop = followFile(file, known, (text) => void texts.push(text));

  await expect.poll(() => texts).toEqual(['http://b']);
  stop();
  rmSync(directory, { recursive: true });
});
