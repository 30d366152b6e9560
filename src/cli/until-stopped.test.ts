import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { untilStopped } from './until-stopped.ts';

it('a server that is told to stop while it starts is stopped once it has started', async () => {
  const { promise: starting, resolve: started } = Promise.withResolvers<{ stop(): Promise<void> }>();
  const said: string[] = [];
  const stderr = new PassThrough().on('data', (bytes: Buffer) => said.push(bytes.toString()));
  const stopped = untilStopped(starting, stderr, () => said.push('told'));
  const before = process.listenerCount('SIGTERM');

  process.emit('SIGTERM', 'SIGTERM');
  expect(said).toContain('told');
  started({ stop: async () => void said.push('stopped') });
  await stopped;

  expect(said.join('')).toMatch(/once the start is done[^]*stopped$/);
  expect(process.listenerCount('SIGTERM')).toBe(before - 1);
});

it('a start that fails leaves the signals to others', async () => {
  const before = process.listenerCount('SIGINT');

  await expect(untilStopped(Promise.reject(new Error('no')), new PassThrough(), () => undefined)).rejects.toThrow('no');

  expect(process.listenerCount('SIGINT')).toBe(before);
});
