import { ask } from './engine.ts';
import { fakeClock } from './fake-clock.ts';
import type { FakeLocalModel } from './fake-local-model.ts';
import { createPool, type PoolSettings } from '../../src/engines/pool/pool.ts';

export const minute = 60_000;

/** Lets what is under way go on for some rounds of the event loop. */
export async function turns(count = 20): Promise<void> {
  for (let at = 0; at < count; at++) await new Promise((resolve) => setImmediate(resolve));
}

/** A machine with memory for `free` bytes of models, all of it given to those in `models`. */
export function poolOf(models: readonly FakeLocalModel[], settings: Partial<PoolSettings> = {}) {
  const clock = fakeClock();
  const failures: unknown[] = [];
  const loads: unknown[] = [];
  const log = { error: (fields: object) => void failures.push(fields) };
  const pool = createPool(
    models,
    { loadTimeoutMs: minute, keepAliveMs: 5 * minute, free: () => 1e9, memoryLimit: 250, threads: 8, ...settings },
    { clock, log, onLoadEnded: (id, tookMs, failure) => void loads.push([id, tookMs, failure?.code]) },
  );
  const chat = async (id: string, signal = new AbortController().signal, fields: Parameters<typeof ask>[1] = {}) => {
    let text = '';
    const stream = await pool.find(id)?.engine.chat(ask('hello', fields), signal);
    for await (const { choices } of stream ?? []) text += choices[0]?.delta.content ?? '';
    return text;
  };
  /** A chat that says how long the model is kept. */
  const keep = (id: string, keepAlive: number | string) => chat(id, undefined, { keep_alive: keepAlive });
  const stateOf = (id: string) => pool.find(id)?.engine.state().kind;
  return { pool, clock, chat, keep, stateOf, failures, loads };
}
