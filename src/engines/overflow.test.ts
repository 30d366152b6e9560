import { describe, expect, it } from 'vitest';
import { fakeClock } from '../../test/support/fake-clock.ts';
import { asked, failure, textOf } from '../../test/support/replica-set.ts';
import { answer, role, scriptedEngine, type ScriptedEngine } from '../../test/support/scripted-engine.ts';
import type { Engine } from './engine.ts';
import { withOverflow, type ModelSource } from './overflow.ts';
import { withAdapter } from './pool/pooled-engine.ts';
import { superviseAlone } from './registry.ts';
import type { ServedModel } from './served-model.ts';

const never = new AbortController().signal;

function source(
  name: string,
  tier: number,
  engines: Readonly<Record<string, Engine>>,
  isFallback = false,
): ModelSource {
  const models = Object.entries(engines).map(([id, engine]): ServedModel => ({
    id,
    engine,
    created: 1,
    ownedBy: name,
    ...(isFallback && { isFallback }),
  }));
  return { name, tier, models: () => models, find: (id) => models.find((model) => model.id === id) };
}

function joined(...sources: readonly ModelSource[]) {
  const events: string[] = [];
  const observe = () => ({
    outstandingChanged: () => void events.push('outstanding'),
    ejected: (name: string) => void events.push(`${name} ejected`),
    retried: (name: string, code: string) => void events.push(`${name} ${code}`),
    removed: () => undefined,
  });
  const log = { info: () => undefined, warn: () => undefined };
  return { events, ...withOverflow(sources, { clock: fakeClock(), log, observe }) };
}

const ask = (models: ReturnType<typeof joined>, content = 'x', signal = never) =>
  textOf((models.find('m')?.engine ?? scriptedEngine([])).chat(asked(content), signal));

/** An engine with one slot that is taken until the request is left. */
function taken(): ScriptedEngine {
  const engine = scriptedEngine((_, { messages }) =>
    JSON.stringify(messages).includes('stays') ? [role(), 'stall'] : answer('low'),
  );
  engine.setState({ kind: 'ready', contextLength: 4096, slots: 1 });
  return engine;
}

describe('of several engines that have a model', () => {
  it('the lowest tier answers, wherever it stands', async () => {
    const models = joined(
      source('hosted', 1, { m: scriptedEngine(answer('hosted')) }),
      source('own', 0, { m: scriptedEngine(answer('own')) }),
    );

    expect(await ask(models)).toBe('own');
  });

  it('the first answers of those of one tier, and is the engine itself', async () => {
    const first = scriptedEngine(answer('first'));
    const models = joined(source('a', 0, { m: first }), source('b', 0, { m: scriptedEngine(answer('second')) }));

    expect(models.find('m')?.engine).toBe(first);
  });

  it('the higher tier answers while one request has all slots of the lower with its choices', async () => {
    const low = taken();
    low.setState({ kind: 'ready', contextLength: 4096, slots: 4 });
    const models = joined(source('low', 0, { m: low }), source('high', 1, { m: scriptedEngine(answer('high')) }));
    const leaving = new AbortController();
    const engine = models.find('m')?.engine ?? scriptedEngine([]);
    const stay = (n: number) => textOf(engine.chat(asked('stays', { n }), leaving.signal)).catch(() => 'left');
    const staying = [stay(3), stay(1)];
    await expect.poll(() => low.open()).toBe(2);

    expect(await ask(models)).toBe('high');
    leaving.abort();
    expect(await Promise.all(staying)).toEqual(['left', 'left']);
    expect(await ask(models)).toBe('low');
  });

  it('the higher tier answers while the slots of the lower are taken, and no longer', async () => {
    const low = taken();
    const models = joined(source('low', 0, { m: low }), source('high', 1, { m: scriptedEngine(answer('high')) }));
    const leaving = new AbortController();
    const staying = ask(models, 'stays', leaving.signal).catch(() => 'left');
    await expect.poll(() => low.open()).toBe(1);

    expect(await ask(models)).toBe('high');
    leaving.abort();
    expect(await staying).toBe('left');
    expect(await ask(models)).toBe('low');
  });

  it.each(['engine_unreachable', 'engine_overloaded', 'model_unavailable', 'insufficient_memory'] as const)(
    'the higher tier answers where the lower says %s',
    async (code) => {
      const low = scriptedEngine(() => failure(code));
      const models = joined(source('low', 0, { m: low }), source('high', 1, { m: scriptedEngine(answer('high')) }));

      expect(await ask(models)).toBe('high');
      expect(models.events).toEqual([`low ${code}`]);
    },
  );

  it('one is full too when its slots are taken by requests for its adapters', async () => {
    const log = { info: () => undefined, warn: () => undefined };
    const low = superviseAlone('m', taken(), log);
    const own = source('low', 0, { m: low, 'm:a': withAdapter(low, 'a') });
    const models = joined(own, source('high', 1, { m: scriptedEngine(answer('high')) }));
    const leaving = new AbortController();
    const adapted = models.find('m:a')?.engine.chat(asked('stays'), leaving.signal);
    const staying = textOf(adapted ?? Promise.reject(new Error('There is no adapter.'))).catch(() => 'left');

    expect(await ask(models)).toBe('high');
    leaving.abort();
    await staying;
  });

  it('one that cannot do what is asked leaves it to another, though that is full', async () => {
    const low = taken();
    const high = scriptedEngine(() => failure('unsupported_parameter'));
    const models = joined(source('low', 0, { m: low }), source('high', 1, { m: high }));
    const leaving = new AbortController();
    const staying = ask(models, 'stays', leaving.signal).catch(() => 'left');
    await expect.poll(() => low.open()).toBe(1);

    expect(await ask(models)).toBe('low');
    expect(high.requests).toHaveLength(1);
    leaving.abort();
    await staying;
  });

  it('one that cannot do what is asked leaves it to another, however many ask', async () => {
    const low = scriptedEngine(() => failure('unsupported_parameter'));
    const models = joined(source('low', 0, { m: low }), source('high', 1, { m: scriptedEngine(answer('high')) }));
    const answers = [];
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    for (let at = 0; at < 200; at++) answers.push(await ask(models, `${at}`).catch(() => 'refused'));

    expect(answers.filter((text) => text !== 'high')).toEqual([]);
  });

  it('what one cannot do waits for another that asked to be left alone', async () => {
    const low = scriptedEngine((attempt) => (attempt === 1 ? failure('engine_overloaded', 60) : answer('low')));
    const high = scriptedEngine((attempt) => (attempt === 1 ? answer('high') : failure('unsupported_parameter')));
    const models = joined(source('low', 0, { m: low }), source('high', 1, { m: high }));
    expect(await ask(models)).toBe('high');

    expect(await ask(models)).toBe('low');
  });

  it('what one cannot do is no fault of the client while another that was asked has no room', async () => {
    const low = scriptedEngine(() => failure('engine_overloaded', 60));
    const high = scriptedEngine(() => failure('unsupported_parameter'));
    const models = joined(source('low', 0, { m: low }), source('high', 1, { m: high }));

    for (let at = 0; at < 3; at++)
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await expect(ask(models)).rejects.toMatchObject({ code: 'engine_overloaded' });
  });

  it('what one cannot do is no fault of the client while another may not be asked', async () => {
    const low = scriptedEngine(() => failure('engine_error'));
    const high = scriptedEngine((attempt) => (attempt <= 5 ? answer('high') : failure('unsupported_parameter')));
    const models = joined(source('low', 0, { m: low }), source('high', 1, { m: high }));
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    for (let at = 0; at < 5; at++) expect(await ask(models, `${at}`)).toBe('high');

    await expect(ask(models)).rejects.toMatchObject({ code: 'no_engine_available' });
    expect(low.requests).toHaveLength(5);
  });

  it('what none of them can do is refused as such', async () => {
    const low = scriptedEngine(() => failure('context_length_exceeded'));
    const high = scriptedEngine(() => failure('unsupported_parameter'));
    const models = joined(source('low', 0, { m: low }), source('high', 1, { m: high }));

    await expect(ask(models)).rejects.toMatchObject({ status: 400 });
  });

  it('one that was lost is not asked again where that was tried already', async () => {
    const low = scriptedEngine(() => failure('engine_disconnected'));
    const high = scriptedEngine([]);
    high.setState({ kind: 'failed', message: 'x' });
    const models = joined(source('low', 0, { m: low }), source('high', 1, { m: high }));

    await expect(ask(models)).rejects.toMatchObject({ code: expect.stringContaining('engine') });
    expect(low.requests).toHaveLength(1);
  });

  it('none is asked after one that refuses the request for what it is', async () => {
    const high = scriptedEngine(answer('high'));
    const low = scriptedEngine(() => failure('invalid_value'));
    const models = joined(source('low', 0, { m: low }), source('high', 1, { m: high }));

    await expect(ask(models)).rejects.toMatchObject({ code: 'invalid_value' });
    expect(high.requests).toHaveLength(0);
  });

  it('one that is loaded when it is asked goes before a higher tier that is ready', async () => {
    const low = scriptedEngine(answer('low'));
    low.setState({ kind: 'available' });
    const models = joined(source('low', 0, { m: low }), source('high', 1, { m: scriptedEngine(answer('high')) }));

    expect(await ask(models)).toBe('low');
  });

  it('those that have one name are told apart', async () => {
    const low = scriptedEngine(() => failure('engine_unreachable'));
    const models = joined(source('local', 0, { m: low }), source('local', 1, { m: scriptedEngine(answer('high')) }));

    expect(await ask(models)).toBe('high');
    expect(models.events).toEqual(['local@0 engine_unreachable']);
  });

  it('a fallback answers only where no other engine has it', async () => {
    const onDisk = source('disk', 0, { m: scriptedEngine(answer('disk')) }, true);

    expect(await ask(joined(onDisk, source('high', 1, { m: scriptedEngine(answer('high')) })))).toBe('high');
    expect(await ask(joined(onDisk))).toBe('disk');
  });
});

describe('what is told of a model that several engines have', () => {
  const ready = (contextLength: number | null) => ({ kind: 'ready', contextLength, slots: 1 }) as const;
  const pair = () => {
    const low = scriptedEngine([]);
    const high = scriptedEngine([]);
    const own = { id: 'm', engine: low, created: 1, ownedBy: 'x' };
    const theirs = { id: 'm', engine: high, created: 1, ownedBy: 'x', isElsewhere: true };
    const of = (name: string, tier: number, model: ServedModel) => ({
      name,
      tier,
      models: () => [model],
      find: () => model,
    });
    return { low, high, models: joined(of('low', 0, own), of('high', 1, theirs)) };
  };

  it('is that it runs here while one of those that are ready does', () => {
    const { low, models } = pair();

    expect(models.find('m')?.isElsewhere).toBe(false);
    low.setState({ kind: 'failed', message: 'x' });
    expect(models.find('m')?.isElsewhere).toBe(true);
  });

  it.each([
    [4096, 128_000, 4096, 128_000],
    [4096, null, 4096, null],
    [4096, 4096, 4096, undefined],
  ])('is what fits each of them, and the longest that one takes: %s and %s', (low, high, each, longest) => {
    const both = pair();
    both.low.setState(ready(low));
    both.high.setState(ready(high));

    expect(both.models.find('m')?.engine.state()).toEqual({
      ...ready(each),
      slots: 2,
      ...(longest !== undefined && { longestContext: longest }),
    });
  });
});

it('lists each model once, as it is found', () => {
  const both = { m: scriptedEngine([]), n: scriptedEngine([]) };
  const models = joined(source('a', 0, both), source('b', 1, { m: scriptedEngine([]) }));

  expect(models.models().map(({ id }) => id)).toEqual(['m', 'n']);
  expect(models.models()[0]).toBe(models.find('m'));
});

it('is the same engine while those of a model stay, and takes what comes and goes', async () => {
  let highs: readonly ServedModel[] = [];
  const high: ModelSource = { name: 'high', tier: 1, models: () => highs, find: () => highs[0] };
  const low = scriptedEngine(() => failure('engine_unreachable'));
  const models = joined(source('low', 0, { m: low }), high);
  expect(models.find('m')?.engine).toBe(low);

  highs = [{ id: 'm', engine: scriptedEngine(answer('high')), created: 1, ownedBy: 'x' }];
  const set = models.find('m')?.engine;
  expect(await ask(models)).toBe('high');
  expect(models.find('m')?.engine).toBe(set);

  highs = [];
  expect(models.find('m')?.engine).toBe(low);
});
