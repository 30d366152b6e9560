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
