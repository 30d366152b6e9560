import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium, openPage } from '../../support/chromium.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const key = 'nvapi-key-for-the-browser-test';

let browser: Browser;
let stateDir: string;
let server: ReturnType<typeof spawn>;
let url: string;

beforeAll(async () => {
  browser = await launchChromium();
  stateDir = await mkdtemp(join(tmpdir(), 'manifold-browser-'));
  server = spawn(process.execPath, [join(root, 'bin', 'manifold.mjs'), 'serve', '--port', '0'], {
    env: { PATH: process.env['PATH'], MANIFOLD_STATE_DIR: stateDir, MANIFOLD_KEYS: key },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  url = await readyUrl();
});
afterAll(async () => {
  await browser?.close();
  server?.kill('SIGKILL');
  await rm(stateDir, { recursive: true, force: true });
});

describe('the chat page of the real server', () => {
  it('streams an answer of the built-in model under the server’s own policy', async () => {
    const { page, complaints } = await openPage(browser, url);
    await page.getByLabel('API key', { exact: true }).fill(key);
    await page.getByLabel('API key', { exact: true }).press('Tab');
    await page.getByRole('button', { name: 'Close settings' }).click();
    await expect.poll(() => page.getByLabel('Model').inputValue()).toBe('manifold/builtin');

    await page.getByLabel('Your question').fill('Hello! Who are you?');
    await page.getByLabel('Your question').press('Enter');

    await expect.poll(() => page.locator('.answer-note').textContent()).toMatch(/^\d+ \+ \d+ tokens · first after/);
    expect(await page.locator('.answer-text').textContent()).not.toBe('');
    expect(await page.locator('.failure').count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

async function readyUrl(): Promise<string> {
  let output = '';
  return new Promise((resolve, reject) => {
    const read = (piece: Buffer) => {
      output += piece.toString();
      const found = /Manifold is ready at (\S+)/.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    };
    server.stdout?.on('data', read);
    server.stderr?.on('data', read);
    server.once('exit', (code) => reject(new Error(`The server ended with ${code}:\n${output}`)));
  });
}
