import { describe, expect, it } from 'vitest';
import { createSlots } from './slots.ts';

const never = new AbortController().signal;
const beginning = (text: string) => text.repeat(40);

describe('the slots of a server', () => {
  it('give what lies in one to requests of the same salt only', async () => {
    const slots = createSlots(1, 8);
    const first = await slots.take('a', '', never);
    expect(first.mayReuse).toBe(false);
    first.release();
    const second = await slots.take('a', '', never);
    expect(second.mayReuse).toBe(true);
    second.release();
    const other = await slots.take('b', '', never);
    expect(other.mayReuse).toBe(false);
    other.release();

    expect((await slots.take('a', '', never)).mayReuse).toBe(false);
  });

  it('that a request leaves without having computed are not taken for its own', async () => {
    const slots = createSlots(1, 8);
    (await slots.take('a', '', never)).release();
    const refused = await slots.take('b', '', never);
    refused.abandon();
    refused.release();
    const next = await slots.take('b', '', never);
    expect(next.mayReuse).toBe(false);
    next.release();
    const own = await slots.take('b', '', never);
    own.abandon();

    expect((await slots.take('b', '', never)).mayReuse).toBe(true);
  });

  it('are chosen by who has read most of the prompt, else by who was not used for longest', async () => {
    const slots = createSlots(3, 8);
    const [one, two, three] = await Promise.all(
      ['one', 'two', 'three'].map((text) => slots.take('a', beginning(text), never)),
    );
    for (const slot of [two, one, three]) slot?.release();

    const again = await slots.take('a', beginning('two') + 'and more', never);
    const fresh = await slots.take('a', beginning('four'), never);

    expect(again.id).toBe(two?.id);
    expect(fresh.id).toBe(one?.id);
  });

  it('of another salt are not chosen for a common beginning', async () => {
    const slots = createSlots(2, 8);
    const [first, second] = [await slots.take('a', beginning('x'), never), await slots.take('a', '', never)];
    second.release();
    first.release();

    expect((await slots.take('b', beginning('x'), never)).id).toBe(second.id);
  });

  it('go to those who wait in their order, and to nobody who left', async () => {
    const slots = createSlots(1, 8);
    const running = await slots.take('a', '', never);
    const leaving = new AbortController();
    const entered: string[] = [];
    const waiting = ['one', 'left', 'two'].map(async (name) => {
      const slot = await slots.take('a', '', name === 'left' ? leaving.signal : never);
      entered.push(name);
      slot.release();
    });
    leaving.abort();
    await expect(waiting[1]).rejects.toMatchObject({ code: 'client_closed_request' });
    running.release();
    running.release();
    await Promise.all([waiting[0], waiting[2]]);

    expect(entered).toEqual(['one', 'two']);
  });

  it('refuse who would wait behind too many, with a time', async () => {
    const slots = createSlots(1, 1);
    await slots.take('a', '', never);
    void slots.take('a', '', never);

    await expect(slots.take('a', '', never)).rejects.toMatchObject({ code: 'engine_overloaded', retryAfterSeconds: 2 });
  });
});
