import { expect, it, vi } from 'vitest';
import { createSharedTurn, createTurn } from './turn.ts';

it('is given back once it is over', async () => {
  const leave = vi.fn<() => void>();
  const turn = createTurn(async () => leave);
  await turn.take();
  expect(leave).not.toHaveBeenCalled();

  turn.end();

  expect(leave).toHaveBeenCalled();
});

it('is given back at once when the request ended while it waited', async () => {
  const leave = vi.fn<() => void>();
  const entering = Promise.withResolvers<() => void>();
  const turn = createTurn(() => entering.promise);
  const taking = turn.take();

  turn.end();
  entering.resolve(leave);
  await taking;

  expect(leave).toHaveBeenCalled();
});

it('is one for all parts, and given back when the whole is over', async () => {
  const leave = vi.fn<() => void>();
  const enter = vi.fn<() => Promise<() => void>>(async () => leave);
  const onTaken = vi.fn<() => void>();
  const turn = createSharedTurn(3, onTaken);

  await Promise.all([turn.take(enter), turn.take(enter), turn.take(enter)]);
  expect(enter).toHaveBeenCalledTimes(1);
  expect(onTaken).toHaveBeenCalledTimes(1);
  turn.end();

  expect(leave).toHaveBeenCalledTimes(1);
});
