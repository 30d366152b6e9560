import { execFileSync, spawn, type ChildProcessByStdio } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { metricSum } from './metric-sum.ts';
import { launcher, type Ended } from './run-manifold.ts';
import { writeScriptedModel } from './scripted-model.ts';

/** The model string of every server process; it holds a slash, as NIM's do. */
export const modelId = 'test/scripted';

interface ServerProcessOptions {
  /** Default: a scripted model of its own that is removed with the server. */
  readonly modelPath?: string;
  /** A configuration in place of a model: what `manifold.yaml` would say. */
  readonly config?: object;
  /** Flags after `serve`. */
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Default: a directory without a configuration. */
  readonly cwd?: string;
  /** Kept by the caller; without it a directory of its own that is removed with the server. */
  readonly stateDir?: string;
  /** What to wait for: a model that answers, or no more than that the models were tried. */
  readonly until?: 'ready' | 'settled';
  /** A process group of its own, which `process.kill(-pid)` then reaches. */
  readonly isGroup?: boolean;
}

/** The real launcher as a child, serving a scripted model. */
export interface ServerProcess extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** The key of its banner; empty when it printed none. */
  readonly key: string;
  readonly pid: number;
  readonly stateDir: string;
  /** The process's end, whoever brings it about. */
  readonly ended: Promise<Ended & { readonly signal: NodeJS.Signals | null }>;
  stdout(): string;
  stderr(): string;
  /** One object per access-log line. */
  accessLog(): Record<string, unknown>[];
  fetch(path: string, init?: RequestInit): Promise<Response>;
  chat(content: string, fields?: object, init?: RequestInit): Promise<Response>;
  /** The sum of a metric over its labels. */
  metric(name: string): Promise<number>;
  /** The engine hosts that live now. */
  hostPids(): number[];
  /** Its children whose command line this is found in. */
  childPids(pattern: string): number[];
  signal(name: NodeJS.Signals): void;
  /** Sends the signal and waits for the end; a server that outlives `graceMs` is killed. */
  stop(name?: NodeJS.Signals, graceMs?: number): ServerProcess['ended'];
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

export async function startServerProcess(options: ServerProcessOptions = {}): Promise<ServerProcess> {
  const stateDir = options.stateDir ?? mkdtempSync(join(tmpdir(), 'manifold-state-'));
  const hasOwn = options.modelPath === undefined && options.config === undefined;
  const ownModel = hasOwn ? writeScriptedModel() : undefined;
  const child = spawnServer({ ...options, modelPath: options.modelPath ?? ownModel?.path ?? '' }, stateDir);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended: ServerProcess['ended'] = new Promise((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  const removeFiles = () => {
    ownModel?.remove();
    if (options.stateDir === undefined) rmSync(stateDir, { recursive: true, force: true });
  };

  const settled = options.until === 'settled' ? /shown only now: nvapi-\w+\n/ : /Try it:/;
  await untilSeen(child, () => settled.test(stderr)).catch((failure: unknown) => {
    child.kill('SIGKILL');
    removeFiles();
    throw new Error(`The server did not start:\n${stderr}${stdout}`, { cause: failure });
  });
  const url = /Listening on (\S+);/.exec(stderr)?.[1] ?? '';
  const key = /(nvapi-\w+)/.exec(stderr)?.[1] ?? '';
  const pid = child.pid ?? 0;

  const send = (path: string, init: RequestInit = {}) =>
    fetch(url + path, {
      ...init,
      headers: { authorization: `Bearer ${key}`, ...(init.headers as Record<string, string>) },
    });
  const stop = async (name: NodeJS.Signals = 'SIGTERM', graceMs = 30_000) => {
    child.kill(name);
    const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
    try {
      return await ended;
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    url,
    port: Number(new URL(url).port),
    key,
    pid,
    stateDir,
    ended,
    stdout: () => stdout,
    stderr: () => stderr,
    accessLog: () => jsonLines(stdout).filter(({ msg }) => msg === 'request'),
    fetch: send,
    chat: (content, fields = {}, init = {}) =>
      send('/v1/chat/completions', {
        method: 'POST',
        body: JSON.stringify(chatBody(content, fields)),
        ...init,
        headers: { 'content-type': 'application/json', ...(init.headers as Record<string, string>) },
      }),
    async metric(name) {
      return metricSum(await (await send('/v1/metrics')).text(), name);
    },
    hostPids: () => childrenOf(pid, 'engine-host/main'),
    childPids: (pattern) => childrenOf(pid, pattern),
    signal: (name) => void child.kill(name),
    stop,
    async [Symbol.asyncDispose]() {
      await stop('SIGKILL');
      removeFiles();
    },
  };
}

/** A chat request for one user message; a word in it picks the script. */
export function chatBody(content: string, fields: object = {}) {
  return { model: modelId, messages: [{ role: 'user', content }], ...fields };
}

/** Whether a process with this pid runs. A zombie that nobody has waited for yet does not. */
export function isAlive(pid: number): boolean {
  try {
    return !execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
      .trim()
      .startsWith('Z');
  } catch {
    return false;
  }
}

function spawnServer(
  {
    modelPath,
    config,
    args = [],
    env = {},
    cwd = tmpdir(),
    isGroup = false,
  }: ServerProcessOptions & { readonly modelPath: string },
  stateDir: string,
): Child {
  const file = join(stateDir, 'manifold.yaml');
  // JSON is YAML, too.
  if (config !== undefined) writeFileSync(file, JSON.stringify(config));
  const served = config === undefined ? ['--model', modelPath, '--threads', '1'] : ['--config', file];
  return spawn(process.execPath, [launcher, 'serve', '--port', '0', ...served, ...args], {
    env: {
      PATH: process.env['PATH'],
      HOME: '/nonexistent',
      MANIFOLD_STATE_DIR: stateDir,
      ...(config === undefined && { NIM_SERVED_MODEL_NAME: modelId }),
      ...env,
    },
    cwd,
    detached: isGroup,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function untilSeen(child: Child, isSeen: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('nothing seen for 100 s')), 100_000);
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      child.stderr.off('data', look);
      child.off('close', onClose);
      settle();
    };
    const onClose = () => finish(() => reject(new Error('it ended')));
    const look = () => {
      if (isSeen()) finish(resolve);
    };
    child.stderr.on('data', look);
    child.on('close', onClose);
  });
}

function childrenOf(pid: number, pattern: string): number[] {
  try {
    const found = execFileSync('pgrep', ['-P', String(pid), '-f', pattern], { encoding: 'utf8' });
    return found.trim().split('\n').map(Number);
  } catch {
    return [];
  }
}

/** Those that have come whole: of the last one the rest may be on its way. */
function jsonLines(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .slice(0, -1)
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
