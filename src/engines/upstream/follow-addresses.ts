import { readFile } from 'node:fs/promises';
import type { ReplicaSettings, UpstreamSettings } from '../../api/internal/upstream-settings.ts';
import { followFile, readAddresses } from './replica-file.ts';
import type { UpstreamLog } from './upstream-log.ts';

/**
 * Hands `take` the addresses of a server, and those that its file has whenever that changes. Resolves with what stops
 * it, once the first ones were taken.
 */
export async function followAddresses(
  { name, replicas, replicasFile: file }: UpstreamSettings,
  log: UpstreamLog,
  take: (replicas: readonly ReplicaSettings[]) => Promise<void>,
): Promise<() => void> {
  if (file === undefined) {
    await take(replicas);
    return () => undefined;
  }
  const addressesIn = (text: string) =>
    readAddresses(text, (line, problem) =>
      log.warn({ engine: name, line, problem }, 'a line of the file of addresses is left out'),
    );
  // What the configuration says of an address counts where the file has it, too.
  const takeThese = (urls: readonly string[]) => take([...urls.map((url) => ({ url })), ...replicas]);
  /** A file that is being written may be empty for a moment, or hold no more than its first lines. */
  const takeChanged = (text: string) => {
    const urls = addressesIn(text);
    if (urls.length > 0) void takeThese(urls);
    else log.warn({ engine: name }, 'the file of addresses has none, and those that were in it are kept');
  };
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    log.error({ engine: name, err: cause }, 'the file of addresses cannot be read');
    return '';
  });
  const stop = followFile(file, text, takeChanged);
  await takeThese(addressesIn(text));
  return stop;
}
