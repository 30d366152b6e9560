import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { launchChromium, openPage } from '../../support/chromium.ts';
import type { WatchedPage } from '../../support/chromium.ts';
import { startScriptedChatServer } from '../../support/scripted-chat-server.ts';
import type { ScriptedChatServer, Step } from '../../support/scripted-chat-server.ts';

const key = 'nvapi-scripted';
const markup = '<img src=x onerror="window.injected = true"><script>window.injected = true</script>';

const scripts: Record<string, readonly Step[]> = {
  hello: [{ say: 'Hello' }, { wait: 300 }, { say: ', reader' }, { wait: 1500 }, { say: '.' }],
  'count for ever': Array.from({ length: 400 }, (_, index) => [{ say: `${index} ` }, { wait: 50 }]).flat(),
  'very fast': Array.from({ length: 3000 }, (_, index) => ({ say: `${index} ` })),
  'say nothing yet': [{ wait: 60_000 }],
  'too much': [{ fail: { status: 400, code: 'context_length_exceeded', message: 'The prompt has 9000 tokens.' } }],
  'break off': [
    { say: 'Half an' },
    { fail: { status: 502, code: 'engine_disconnected', message: 'The engine died.' } },
  ],
  'hang up': [{ say: 'Half' }, { wait: 50 }, { hangUp: true }],
  'show markup': [{ say: markup }],
  'think first': [{ think: 'Let me ' }, { think: markup }, { say: 'Done.' }],
};

let browser: Browser;
let server: ScriptedChatServer;
let opened: WatchedPage;

beforeAll(async () => {
  browser = await launchChromium();
  server = await startScriptedChatServer({ key, script: (question) => scripts[question] ?? [{ say: 'What?' }] });
});
afterEach(async () => {
  const { complaints, page } = opened;
  await page.context().close();
  expect(complaints).toEqual([]);
});
afterAll(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

describe('the chat page', () => {
  it('asks for the key, keeps it for the tab only and then lists the models', async () => {
    const page = await openChat();
    await page.getByText('This server needs a key.').waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe('key');

    await enterKey(page);

    await expect.poll(() => page.getByLabel('Model').inputValue()).toBe('scripted/echo-small');
    expect(await page.evaluate('[sessionStorage.length, localStorage.length, document.cookie]')).toEqual([1, 0, '']);
  });

  it('says of what no header holds that it is no key', async () => {
    const page = await openChat();
    await page.getByText('This server needs a key.').waitFor();

    await enterKey(page, 'nvapi-…');

    await expect.poll(() => page.locator('#key-note').textContent()).toContain('This is no key');
  });

  it('shows an answer while it is being written, and its tokens at the end', async () => {
    const page = await openChatWithKey();

    await ask(page, 'hello');

    await expect.poll(() => lastAnswer(page)).toBe('Hello, reader');
    expect(await page.getByRole('button', { name: 'Stop' }).isVisible()).toBe(true);
    await expect
      .poll(() => page.locator('.answer-note').last().textContent())
      .toMatch(/^7 \+ 3 tokens · first after \d+ ms/);
    expect(await lastAnswer(page)).toBe('Hello, reader.');
    expect(await page.getByRole('button', { name: 'Send' }).isVisible()).toBe(true);
  });

  it('shows after an answer which models are ready by now', async () => {
    await using fresh = await startScriptedChatServer({ script: () => [{ say: 'Hello' }] });
    opened = await openPage(browser, fresh.url);
    const { page } = opened;
    const models = () => page.getByLabel('Model').locator('option').allTextContents();
    await expect.poll(models).toEqual(['scripted/echo-small', 'scripted/still-loading (loading)']);

    await ask(page, 'hello');

    await expect.poll(models).toEqual(['scripted/echo-small', 'scripted/still-loading']);
    expect(await page.getByLabel('Model').inputValue()).toBe('scripted/echo-small');
  });

  it('draws what comes together together, however fast it comes', async () => {
    const page = await openChatWithKey();
    await page.evaluate(`window.draws = 0;
      new MutationObserver((records) => {
        window.draws += records.filter(({ target }) => target.className === 'answer-text').length;
      }).observe(document.getElementById('transcript'), { childList: true, subtree: true })`);

    await ask(page, 'very fast');
    await page.locator('.answer-note').waitFor();

    expect(await lastAnswer(page)).toMatch(/^0 1 2 3 .* 2999 $/);
    expect(await page.evaluate('window.draws')).toBeLessThan(1000);
  });

  it('folds away what the model thought, and does not send it back', async () => {
    const page = await openChatWithKey();
    await ask(page, 'think first');
    await page.locator('.answer-note').waitFor();

    expect(await lastAnswer(page)).toBe('Done.');
    expect(await page.locator('.reasoning-text').isVisible()).toBe(false);
    await page.getByText('Reasoning', { exact: true }).click();
    expect(await page.locator('.reasoning-text').isVisible()).toBe(true);
    expect(await page.locator('.reasoning-text').textContent()).toBe(`Let me ${markup}`);

    await ask(page, 'again');
    await expect.poll(() => lastAnswer(page)).toBe('What?');
    expect(server.requests.at(-1)?.['messages']).toContainEqual({ role: 'assistant', content: 'Done.' });
  });

  it('sends the conversation so far, and only the parameters that were filled in', async () => {
    const page = await openChatWithKey();
    await ask(page, 'hello');
    await page.locator('.answer-note').waitFor();
    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    await page.getByLabel('System prompt').fill('Be brief.');
    await page.getByLabel('Temperature').fill('0');
    await page.getByLabel('Seed').fill('7');

    await ask(page, 'again');
    await expect.poll(() => lastAnswer(page)).toBe('What?');

    expect(server.requests.at(-1)).toEqual({
      model: 'scripted/echo-small',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'hello' },
        { role: 'assistant', content: 'Hello, reader.' },
        { role: 'user', content: 'again' },
      ],
      stream: true,
      stream_options: { include_usage: true },
      temperature: 0,
      seed: 7,
    });
  });

  it('refuses a parameter out of range before it sends anything', async () => {
    const page = await openChatWithKey();
    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    await page.getByLabel('Temperature').fill('3');
    const sent = server.requests.length;

    await ask(page, 'hello');

    expect(server.requests).toHaveLength(sent);
    expect(await page.getByLabel('Your question').inputValue()).toBe('hello');
  });

  it('stops an answer, keeps what was said and ends the request', async () => {
    const page = await openChatWithKey();
    const before = server.abandoned();
    await ask(page, 'count for ever');
    await expect.poll(() => lastAnswer(page)).toContain('3 ');

    await page.getByRole('button', { name: 'Stop' }).click();

    await expect.poll(() => page.locator('.answer-note').last().textContent()).toMatch(/^stopped/);
    await expect.poll(() => server.abandoned()).toBe(before + 1);
    expect(await lastAnswer(page)).toMatch(/^0 1 2 3 /);
  });

  it('leaves out of the conversation what was stopped before anything came', async () => {
    const page = await openChatWithKey();
    await ask(page, 'say nothing yet');
    await page.getByRole('button', { name: 'Stop' }).click();
    await expect.poll(() => page.locator('.answer-note').last().textContent()).toBe('stopped');

    await ask(page, 'again');
    await expect.poll(() => lastAnswer(page)).toBe('What?');

    expect(server.requests.at(-1)?.['messages']).toEqual([{ role: 'user', content: 'again' }]);
  });

  it('closes the settings with Escape and lets the answer go on', async () => {
    const page = await openChatWithKey();
    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    await ask(page, 'hello');
    await page.getByLabel('Temperature').press('Escape');

    await expect.poll(() => page.locator('.answer-note').textContent()).toMatch(/^7 \+ 3 tokens/);
    expect(await page.locator('#settings').isVisible()).toBe(false);
  });

  it('keeps the chosen model when the list was gone for a while', async () => {
    const page = await openChatWithKey();
    await page.getByLabel('Model').selectOption('scripted/still-loading');
    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    await enterKey(page, 'nvapi-wrong');
    await expect.poll(() => page.getByLabel('Model').isEnabled()).toBe(false);

    await enterKey(page);

    await expect.poll(() => page.getByLabel('Model').inputValue()).toBe('scripted/still-loading');
  });

  it('shows a refusal in the words of the server', async () => {
    const page = await openChatWithKey();

    await ask(page, 'too much');

    await page.getByText('The prompt has 9000 tokens.', { exact: true }).waitFor();
    expect(await page.locator('.failure-details').textContent()).toBe(
      '400 · context_length_exceeded · request req-scripted',
    );
    expect(await page.getByLabel('Your question').inputValue()).toBe('too much');
  });

  it('shows a failure in the middle of an answer and keeps the half that came', async () => {
    const page = await openChatWithKey();

    await ask(page, 'break off');

    await page.getByText('The engine died.', { exact: true }).waitFor();
    expect(await lastAnswer(page)).toBe('Half an');
  });

  it('says when the connection broke, and never takes half an answer for a whole one', async () => {
    const page = await openChatWithKey();

    await ask(page, 'hang up');

    await page.getByText('The connection broke before the answer was complete.', { exact: true }).waitFor();
    expect(await page.locator('.answer-note').count()).toBe(0);
  });

  it('says that the server is gone where the reader is', async () => {
    const fresh = await startScriptedChatServer({ script: (question) => scripts[question] ?? [] });
    opened = await openPage(browser, fresh.url);
    const { page } = opened;
    await expect.poll(() => page.getByLabel('Model').isEnabled()).toBe(true);
    await ask(page, 'very fast');
    await page.locator('.answer-note').waitFor();
    await fresh[Symbol.asyncDispose]();
    await page.evaluate("document.getElementById('key').dispatchEvent(new Event('change'))");

    await page.getByText('The server cannot be reached.').waitFor();

    expect(await page.evaluate("document.getElementById('notice').getBoundingClientRect().top")).toBeGreaterThan(0);
  });

  it('shows markup from a model as text', async () => {
    const page = await openChatWithKey();

    await ask(page, 'show markup');
    await page.locator('.answer-note').waitFor();

    expect(await lastAnswer(page)).toBe(markup);
    expect(await page.locator('.answer img, .answer script').count()).toBe(0);
    expect(await page.evaluate('"injected" in window')).toBe(false);
  });

  it('forgets everything with a new chat, also in the middle of an answer', async () => {
    const page = await openChatWithKey();
    await ask(page, 'count for ever');
    await expect.poll(() => lastAnswer(page)).toContain('1 ');

    await page.getByRole('button', { name: 'New chat' }).click();

    expect(await page.locator('.turn').count()).toBe(0);
    await ask(page, 'hello');
    await page.locator('.answer-note').waitFor();
    expect(server.requests.at(-1)?.['messages']).toEqual([{ role: 'user', content: 'hello' }]);
  });

  it('names every control for screen readers and works from the keyboard', async () => {
    const page = await openChatWithKey();
    const nameless = await page.evaluate(`[...document.querySelectorAll('button, a, input, select, textarea')]
      .filter((control) => {
        const labels = [...(control.labels ?? [])].map((label) => label.textContent);
        return [control.getAttribute('aria-label'), control.textContent, ...labels].join('').trim() === '';
      })
      .map((control) => control.outerHTML)`);
    expect(nameless).toEqual([]);

    await page.getByLabel('Your question').press('Shift+Enter');
    await page.keyboard.type('hello');
    expect(await page.getByLabel('Your question').inputValue()).toBe('\nhello');
  });

  it('fits the width of a phone', async () => {
    const page = await openChatWithKey({ viewport: { width: 360, height: 640 } });

    await ask(page, 'show markup');
    await page.locator('.answer-note').waitFor();

    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
  });

  it('on a phone, lets the keyboard reach nothing that the settings cover', async () => {
    const page = await openChatWithKey({ viewport: { width: 360, height: 640 } });
    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    await page.getByLabel('API key', { exact: true }).focus();

    const reached = new Set<unknown>();
    for (let presses = 0; presses < 20; presses++) {
      await page.keyboard.press('Tab');
      const covered = "document.activeElement.closest('#settings, body').tagName + document.activeElement.id";
      reached.add(await page.evaluate(covered));
    }

    expect([...reached].filter((place) => !String(place).startsWith('ASIDE'))).toEqual(['BODY']);
    await page.getByRole('button', { name: 'Close settings' }).click();
    expect(await page.evaluate('document.activeElement.id')).toBe('settings-toggle');
  });

  it('writes what is said in a language from right to left that way', async () => {
    const page = await openChatWithKey();

    await ask(page, 'مرحبا!');
    await page.locator('.answer-note').waitFor();

    // Its mark of exclamation stands at its left end.
    const marksLeft = `(() => {
      const text = document.querySelector('.question').firstChild;
      const leftOf = (at) => {
        const range = document.createRange();
        range.setStart(text, at);
        range.setEnd(text, at + 1);
        return range.getBoundingClientRect().left;
      };
      return leftOf(text.length - 1) < leftOf(0);
    })()`;
    expect(await page.evaluate(marksLeft)).toBe(true);
  });

  it('takes one question at a time, also before the models are known', async () => {
    const page = await openChatWithKey();
    let answerList = () => {};
    const held = new Promise<void>((resolve) => (answerList = resolve));
    await page.route('**/v1/models', async (route) => {
      await held;
      await route.continue();
    });
    await page.reload();

    await ask(page, 'too early');
    await page.getByRole('button', { name: 'New chat' }).click();
    await ask(page, 'hello');
    await ask(page, 'very fast');
    answerList();
    await page.locator('.answer-note').waitFor();

    expect(await page.locator('.question').allTextContents()).toEqual(['hello']);
    expect(await page.getByLabel('Your question').inputValue()).toBe('very fast');
  });
});

async function openChat(options: Parameters<typeof openPage>[2] = {}): Promise<Page> {
  opened = await openPage(browser, server.url, options);
  return opened.page;
}

async function openChatWithKey(options: Parameters<typeof openPage>[2] = {}): Promise<Page> {
  const page = await openChat(options);
  await page.getByText('This server needs a key.').waitFor();
  await enterKey(page);
  await page.getByRole('button', { name: 'Close settings' }).click();
  await expect.poll(() => page.getByLabel('Model').isEnabled()).toBe(true);
  return page;
}

async function enterKey(page: Page, text = key): Promise<void> {
  await page.getByLabel('API key', { exact: true }).fill(text);
  await page.getByLabel('API key', { exact: true }).press('Tab');
}

async function ask(page: Page, question: string): Promise<void> {
  await page.getByLabel('Your question').fill(question);
  await page.getByLabel('Your question').press('Enter');
}

async function lastAnswer(page: Page): Promise<string | null> {
  return page.locator('.answer-text').last().textContent();
}
