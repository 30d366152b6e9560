import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { ManifoldError } from '../../../errors.ts';
import type { Clock } from '../../../lib/clock.ts';
import { createDigester, type Digest, type Digester } from '../digest.ts';
import type { ByteSource, Opened } from '../origin/origin.ts';
import { reasonOf } from '../origin/web.ts';
import { storageFailure } from '../storage-failure.ts';
import type { PartialFile } from './partial-file.ts';
import { createRetries } from './retries.ts';

export interface Download {
  readonly source: ByteSource;
  readonly partial: PartialFile;
  /** What it has to be, as far as is known. */
  readonly bytes: number | undefined;
  readonly digest: Digest | undefined;
}

export interface DownloadListener {
  /** How much of the file is there. */
  onBytes(bytes: number, total: number | undefined): void;
  /** What an earlier pull left is read again, to go on hashing where it ended. */
  onChecking(bytes: number): void;
  readonly onRetry: (reason: string, seconds: number) => void;
  /** What was there is thrown away. */
  onRestart(reason: string): void;
}

interface DownloadParts {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly listener: DownloadListener;
}

/** Asked to go on with it, a server begins anew: it is the tag of no file. */
const noVersion = '"none"';

/**
 * Brings a file into its partial file, whole and checked, going on where an earlier attempt ended. Returns its SHA-256.
 * A file that is not what it has to be is thrown away, and `weights_invalid` says so.
 */
export async function downloadFile(download: Download, parts: DownloadParts): Promise<string> {
  const { partial, bytes = Infinity } = download;
  const before = await partial.bytes();
  if (before > bytes) {
    parts.listener.onRestart('what was there is longer than the file');
    await partial.discard();
  }
  try {
    return await attempt(download, parts);
  } catch (failure) {
    if (!(failure instanceof WrongContent)) throw failure;
    await partial.discard();
    // A part of long ago may be damaged, or of another version: what was downloaded in one piece is not asked for twice.
    if (!failure.isResumed) throw failure;
    parts.listener.onRestart('the file is not what it has to be');
    return attempt(download, parts);
  }
}

async function attempt(download: Download, { signal, clock, listener }: DownloadParts): Promise<string> {
  const { source, partial, digest } = download;
  const retries = createRetries({ clock, signal, onRetry: listener.onRetry });
  const handle = await partial.open();
  try {
    const note = await partial.note();
    const at = await partial.bytes();
    const isResumed = at > 0;
    const state: Arrived = {
      at,
      totalBytes: download.bytes ?? note.totalBytes,
      validator: note.validator,
      digester: await digestOf(partial, { digest, bytes: download.bytes, at, listener, signal }),
    };
    while (state.at === 0 || state.at !== state.totalBytes) {
      try {
        // What is known by its hash may come from any server; what is not must be the same version to go on.
        const validator = digest === undefined ? (state.validator ?? noVersion) : undefined;
        const opened = await source.open(state.at, validator, signal);
        try {
          await take(opened, state, { download, handle, listener, onProgress: () => retries.progressed() });
        } finally {
          opened.close();
        }
      } catch (failure) {
        await retries.afterFailure(storageFailure(failure));
      }
    }
    await handle.sync();
    const { sha256, found } = state.digester.finish();
    if (digest !== undefined && found?.hex !== digest.hex) throw new WrongContent(source.name, isResumed);
    return sha256;
  } finally {
    await handle.close();
  }
}

/** How far a file is. */
interface Arrived {
  at: number;
  totalBytes: number | undefined;
  validator: string | undefined;
  digester: Digester;
}

interface TakeParts {
  readonly download: Download;
  readonly handle: FileHandle;
  readonly listener: DownloadListener;
  readonly onProgress: () => void;
}

/** Writes what one answer brings. Throws when it ends before the file does. */
async function take(opened: Opened, state: Arrived, parts: TakeParts): Promise<void> {
  const { download, handle, listener, onProgress } = parts;
  const { source, partial, digest } = download;
  const totalBytes = agreed(opened, download);
  state.totalBytes = totalBytes;
  if (opened.from !== state.at || state.at === 0) {
    if (state.at > 0) listener.onRestart('the file has changed, or the server cannot go on in the middle');
    state.validator = opened.validator;
    await partial.begin(handle, { validator: opened.validator, totalBytes });
    state.digester = createDigester(digest, download.bytes);
    state.at = 0;
  }
  for await (const chunk of arriving(opened, source.name)) {
    if (state.at < 4) refuseOther(chunk, state.at, source.name);
    if (totalBytes !== undefined && state.at + chunk.length > totalBytes) throw tooLong(source.name, totalBytes);
    await handle.appendFile(chunk);
    state.digester.update(chunk);
    state.at += chunk.length;
    onProgress();
    listener.onBytes(state.at, totalBytes);
  }
  if (state.at === 0) throw new WrongContent(source.name, false, `has nothing in ${source.name}`);
  state.totalBytes ??= state.at;
  if (state.at < state.totalBytes) throw cut(source.name, state.at, state.totalBytes);
}

interface Begun {
  readonly digest: Digest | undefined;
  readonly bytes: number | undefined;
  readonly at: number;
  readonly listener: DownloadListener;
  readonly signal: AbortSignal;
}

/** A digester that has seen what is there. */
async function digestOf(partial: PartialFile, { digest, bytes, at, listener, signal }: Begun): Promise<Digester> {
  const digester = createDigester(digest, bytes);
  if (at === 0) return digester;
  listener.onChecking(at);
  // Short pieces: hashing must not hold the event loop.
  const reader: AsyncIterable<Buffer> = createReadStream(partial.path, {
    end: at - 1,
    highWaterMark: 512 * 1024,
    signal,
  });
  for await (const chunk of reader) digester.update(chunk);
  return digester;
}

/** The length that the server and the listing agree on. */
function agreed({ totalBytes }: Opened, { bytes, source }: Download): number | undefined {
  if (bytes === undefined || totalBytes === undefined || totalBytes === bytes) return totalBytes ?? bytes;
  throw new ManifoldError(
    'weights_invalid',
    `${source.name} has ${bytes} bytes by its listing, and the server would send ${totalBytes}; nothing was downloaded.`,
  );
}

/** The bytes of an answer; a connection that breaks is `download_failed`. */
async function* arriving({ bytes }: Opened, name: string): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } catch (cause) {
    if (cause instanceof ManifoldError || (cause instanceof Error && cause.name === 'AbortError')) throw cause;
    throw new ManifoldError('download_failed', `The connection broke while ${name} came (${reasonOf(cause)}).`, {
      cause,
    });
  }
}

function cut(name: string, at: number, total: number): ManifoldError {
  return new ManifoldError('download_failed', `The server ended ${name} after ${at} of ${total} bytes.`);
}

function tooLong(name: string, total: number): WrongContent {
  return new WrongContent(name, false, `sends more than the ${total} bytes that ${name} has`);
}

/** Every GGUF file begins with its name; an error page does not. */
function refuseOther(chunk: Uint8Array, at: number, name: string): void {
  const begin = Buffer.from(chunk.subarray(0, 4 - at)).toString('latin1');
  if (begin !== 'GGUF'.slice(at, at + begin.length))
    throw new WrongContent(name, false, `sends something that is no GGUF file as ${name}`);
}

/** What arrived is not what was promised, so it is thrown away. */
class WrongContent extends ManifoldError {
  readonly isResumed: boolean;

  constructor(name: string, isResumed: boolean, what = `sent ${name} with other content than its hash promises`) {
    super('weights_invalid', `The server ${what}. What arrived was thrown away.`);
    this.isResumed = isResumed;
  }
}
