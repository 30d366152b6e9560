import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replicaSettings } from '../../src/config/replica-settings.ts';
import { policyOf } from '../../src/engines/replicas/policy.ts';
import { createReplicaSet, type ReplicaSet } from '../../src/engines/replicas/replica-set.ts';
import { createSystemClock } from '../../src/lib/clock.ts';
import { answer, ask, hostPid, startEngine } from '../support/engine.ts';
import { writeScriptedModel } from '../support/scripted-model.ts';

const file = writeScriptedModel();
const first = join(file.directory, 'first.gguf');
const second = join(file.directory, 'second.gguf');
let set: ReplicaSet;

beforeAll(async () => {
  copyFileSync(file.path, first);
  copyFileSync(file.path, second);
  const log = { info: () => undefined, warn: () => undefined };
  set = createReplicaSet(
    [
      { name: 'first', engine: await startEngine(first, { slots: 1, context: 32_768 }) },
      { name: 'second', engine: await startEngine(second), tier: 1 },
    ],
    policyOf(replicaSettings.parse({})),
    { clock: createSystemClock(), log },
  );
});
afterAll(async () => {
  await set.close();
  file.remove();
});

describe('two engine hosts, one of which is killed', () => {
  it('whoever waits for a first token gets the answer from the other, whoever has one gets an error', async () => {
    const running = await set.chat(ask('forever', { max_tokens: 30_000 }), new AbortController().signal);
    const iterator = running[Symbol.asyncIterator]();
    await iterator.next();
    const waiting = Promise.all([1, 2, 3].map((user) => answer(set, ask('hello', { user: `${user}` }))));
    await new Promise((resolve) => setTimeout(resolve, 100));
    process.kill(hostPid(first), 'SIGKILL');

    const texts = (await waiting).map((each) => each.texts);
    expect(texts).toEqual(Array.from({ length: 3 }, () => ['Hello, I am a script.']));
    const rest = async () => {
      while ((await iterator.next()).done !== true);
    };
    await expect(rest()).rejects.toMatchObject({ code: 'engine_disconnected' });
  });

  it('counts prompts on either', async () => {
    expect(await set.detokenize?.([65, 66], new AbortController().signal)).toEqual(expect.any(String));
  });
});
