import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readCommands } from './commands.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('commands', () => {
  it('say when loading may begin, and with how much memory', async () => {
    const input = new PassThrough();
    const { loading } = readCommands(input, () => undefined);
    input.write('nonsense\n{"command":"dance"}\n{"command":"load","bytes":1234}\n');

    expect(await loading).toBe(1234);
  });

  it('tell the threads, also what was said before anyone listened', async () => {
    const input = new PassThrough();
    const commands = readCommands(input, () => undefined);
    const heard: number[] = [];
    input.write('{"command":"threads","threads":3}\n');
    await turn();
    commands.onThreads((threads) => heard.push(threads));
    input.write('{"command":"threads","threads":0}\n{"command":"threads","threads":2}\n');
    await turn();

    expect(heard).toEqual([3, 2]);
  });

  it('end with their input', async () => {
    const input = new PassThrough();
    const ended = new Promise<void>((resolve) => readCommands(input, resolve));
    input.end();

    await expect(ended).resolves.toBeUndefined();
  });
});
