import { expect, it } from 'vitest';
import { banner } from './banner.ts';

const facts = { url: 'http://127.0.0.1:8000', model: 'm', embeds: false };

it.each([
  [{ kind: 'new', plain: 'nvapi-x' }, 'nvapi-x', 'Bearer nvapi-x'],
  [{ kind: 'hidden' }, 'made at an earlier start', 'Bearer $MANIFOLD_API_KEY'],
  [{ kind: 'configured' }, 'one of the configuration (auth.keys)', 'Bearer $MANIFOLD_API_KEY'],
] as const)('the banner says of a key of kind %o where it is', (key, where, header) => {
  const text = banner({ ...facts, key });

  expect(text).toContain(where);
  expect(text).toContain(header);
});

it('the banner asks for no key where none is', () => {
  const text = banner({ ...facts, key: { kind: 'none' } });

  expect(text).toContain('none is asked for');
  expect(text).not.toContain('Authorization');
});

it.each([
  ['https://0.0.0.0:8000', 'https://localhost:8000'],
  ['http://[::]:8000', 'http://localhost:8000'],
  ['http://[::1]:8000', 'http://[::1]:8000'],
  ['http://10.0.0.0:8000', 'http://10.0.0.0:8000'],
])('what is to be opened or pasted of a server at %s is at %s', (url, opened) => {
  const text = banner({ ...facts, url, key: { kind: 'none' } });

  expect(text).toContain(`Manifold is ready at ${url}\n`);
  expect(text).toContain(`chat page  ${opened}/\n`);
  expect(text).toContain(`API docs   ${opened}/docs\n`);
  expect(text).toContain(`curl ${opened}/v1/chat/completions `);
});
