import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEventReader } from '../../bench/lib/event-stream.ts';
import { median, quantile } from '../../bench/lib/quantile.ts';
import { streamChat, timeToFirstToken } from '../../bench/lib/stream-chat.ts';
import { slope } from '../../bench/lib/slope.ts';
import { aMoment } from '../support/a-moment.ts';

const event = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
const text = (content: string, index = 0) => event({ choices: [{ index, delta: { content } }] });
const usage = event({ choices: [], usage: { prompt_tokens: 5, completion_tokens: 2 } });

describe('the event reader', () => {
  it('reads the same events however the bytes are cut', () => {
    const bytes = Buffer.from(`: comment\n\n${text('é')}${text('', 1)}${usage}data: [DONE]\n\n`);
    const whole = createEventReader()(bytes);
    const read = createEventReader();
    const cut = [...bytes].flatMap((byte) => read(Uint8Array.of(byte)));

    expect(cut).toEqual(whole);
    expect(whole).toEqual([
      { textOfChoice: 0 },
      {},
      { usage: { prompt_tokens: 5, completion_tokens: 2 } },
      { isDone: true },
    ]);
  });
});

describe('a measured answer', () => {
  let write: (response: ServerResponse) => void;
  const server = createServer((_, response) => write(response));
  let dispatcher: Pool;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    dispatcher = new Pool(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  afterAll(async () => {
    await dispatcher.destroy();
    server.close();
  });
  const ask = (signal?: AbortSignal) => streamChat({ dispatcher, model: 'm' }, {}, signal ? { signal } : {});

  it('knows when each text and the first of each choice came', async () => {
    write = (response) => {
      response.write(text('a'));
      void aMoment().then(() => setTimeout(() => response.end(`${text('b', 1)}${usage}data: [DONE]\n\n`), 50));
    };
    const answer = await ask();

    expect(answer).toMatchObject({ promptTokens: 5, completionTokens: 2, events: 4, isAborted: false });
    const [first = 0, second = 0] = answer.arrivals;
    expect(second - first).toBeGreaterThan(30);
    expect([...answer.firstOfChoice]).toEqual([
      [0, first],
      [1, second],
    ]);
    expect(timeToFirstToken(answer)).toBeLessThan(answer.endedAt - answer.sentAt);
  });

  it.each([
    ['that breaks off', text('a'), 'without [DONE]'],
    ['that reports a failure', event({ error: { message: 'no more' } }), 'no more'],
  ])('%s is no measurement', async (_, body, message) => {
    write = (response) => response.end(body);

    await expect(ask()).rejects.toThrow(message);
  });

  it('that its client left says so', async () => {
    const leaving = new AbortController();
    write = (response) => {
      response.write(text('a'));
      void aMoment().then(() => leaving.abort());
    };

    await expect(ask(leaving.signal)).resolves.toMatchObject({ isAborted: true, events: 1 });
  });
});

describe('the figures', () => {
  it('quantiles lie between the values', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(quantile([1, 2, 3, 4, 5], 0.75)).toBe(4);
    expect(median([])).toBeNaN();
  });

  it('the slope is that of the nearest line', () => {
    expect(
      slope([
        [0, 1],
        [1, 2],
        [2, 6],
      ]),
    ).toBeCloseTo(2.5);
  });
});
