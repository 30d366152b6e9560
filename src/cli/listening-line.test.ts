import { expect, test } from 'vitest';
import { config } from '../config/config.ts';
import { listeningLine } from './listening-line.ts';

test.each([
  [{ models: [{ path: 'a.gguf' }] }, 'loading the model.'],
  [{ models: [{ path: 'a.gguf' }, { path: 'b.gguf' }], engines: [{ kind: 'ollama' }] }, 'loading the models.'],
  [{ engines: [{ kind: 'ollama' }] }, 'asking its engines for their models.'],
  [{}, 'no model is configured.'],
])('with %j a server that listens says what comes next', (settings, next) => {
  expect(listeningLine('http://a', config.parse(settings))).toBe(`Listening on http://a; ${next}`);
});
