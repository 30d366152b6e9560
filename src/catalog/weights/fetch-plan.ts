import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../../lib/clock.ts';
import { downloadFile } from './download/download-file.ts';
import { lockDownload } from './download/download-lock.ts';
import { createPartialFile } from './download/partial-file.ts';
import type { PlannedFile, PullPlan } from './plan.ts';

/** What happens during a pull. Bytes are of all files together. */
export type PullEvent =
  | {
      readonly kind: 'progress';
      readonly file: string;
      readonly bytes: number;
      readonly totalBytes: number | undefined;
    }
  /** Another process downloads the same file. */
  | { readonly kind: 'waiting'; readonly file: string; readonly pid: number | undefined }
  /** What an earlier pull left is read again. */
  | { readonly kind: 'checking'; readonly file: string; readonly bytes: number }
  | { readonly kind: 'retrying'; readonly file: string; readonly reason: string; readonly seconds: number }
  /** What was there of the file is thrown away. */
  | { readonly kind: 'restarting'; readonly file: string; readonly reason: string };

interface FetchParts {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly report: (event: PullEvent) => void;
}

/** Brings all files of a plan, one after the other. Aborted or killed, the next time goes on where this one was. */
export async function fetchPlan(plan: PullPlan, parts: FetchParts): Promise<void> {
  let before = 0;
  for (const file of plan.files) {
    const { report } = parts;
    const progress = (bytes: number) =>
      report({ kind: 'progress', file: file.name, bytes: before + bytes, totalBytes: plan.totalBytes });
    await fetchFile(file, { ...parts, progress });
    before += file.bytes ?? 0;
  }
  await plan.finish();
}

async function fetchFile(
  { name, bytes, digest, source, place }: PlannedFile,
  { signal, clock, report, progress }: FetchParts & { readonly progress: (bytes: number) => void },
): Promise<void> {
  if (await place.adopt()) return;
  const release = await lockDownload(place.lock, {
    signal,
    clock,
    onWait: (holder) => report({ kind: 'waiting', file: name, pid: holder?.pid }),
  });
  try {
    // Whoever held the lock may have brought it.
    if (await place.adopt()) return;
    await mkdir(dirname(place.partial), { recursive: true });
    const listener = {
      onBytes: progress,
      onChecking: (there: number) => report({ kind: 'checking', file: name, bytes: there }),
      onRetry: (reason: string, seconds: number) => report({ kind: 'retrying', file: name, reason, seconds }),
      onRestart: (reason: string) => report({ kind: 'restarting', file: name, reason }),
    };
    const partial = createPartialFile(place.partial);
    await place.settle(await downloadFile({ source, partial, bytes, digest }, { signal, clock, listener }));
  } finally {
    await release();
  }
}
