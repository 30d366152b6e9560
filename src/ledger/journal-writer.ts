import { rmSync } from 'node:fs';
import type { JournalFile } from './journal-file.ts';
import type { JournalFolder, JournalPart } from './journal-folder.ts';

/** Writes the journal into one file after the other. */
export interface JournalWriter {
  /** Once this returns, the kernel has the text. Throws when it is not written, and then none of it is. */
  write(text: string): void;
  /**
   * Brings what was written to the disk. Resolves with the texts that the disk may have lost, in their order: none, as a
   * rule. After a loss the next text goes into a new file. One call at a time.
   */
  sync(): Promise<{ readonly lost: readonly string[]; readonly cause?: unknown }>;
  hasUnsynced(): boolean;
  /** Goes on in a new file where the current one holds anything. Rejects with what the file system says when it cannot. */
  renew(): Promise<void>;
  /** The files that are there, oldest first; the last one is still written to. */
  parts(): readonly JournalPart[];
  /** No longer lists the oldest file, which must not be the last one. */
  forgetOldest(): void;
  close(): void;
}

interface WriterOptions {
  readonly folder: JournalFolder;
  /** Size after which the next file is begun. */
  readonly rotateBytes: number;
  /** Called when the next file cannot be made; it is tried again with a later write. */
  readonly onTrouble: (cause: unknown) => void;
}

/** Begins a new file. Throws what the file system says when it cannot. */
export function createJournalWriter({ folder, rotateBytes, onTrouble }: WriterOptions): JournalWriter {
  const finished: JournalPart[] = [...folder.left];
  let current = folder.create();
  /** Made before it is needed, since bringing its name to the disk takes time. */
  let next: { readonly file: JournalFile; isNamed: boolean } | undefined;
  let isPreparing = false;
  let isSpoilt = false;
  /** Not known to be on the disk. The texts are kept for a disk that loses them. */
  let unsynced = { texts: new Array<string>(), files: new Set<JournalFile>() };
  let inSync = new Set<JournalFile>();

  /** In the file that was made first, ready or not: who reads them later takes their numbers for their order. */
  const goOn = () => {
    const file = next?.file ?? folder.create();
    next = undefined;
    finished.push({ path: current.path, size: current.size });
    if (!unsynced.files.has(current) && !inSync.has(current)) current.close();
    current = file;
  };

  /** Where that fails, the same file is tried again: others would stay open and lie about. */
  const prepareNext = async () => {
    const made = (next ??= { file: folder.create(), isNamed: false });
    await folder.sync();
    made.isNamed = true;
  };

  return {
    write(text) {
      if (isSpoilt) {
        goOn();
        isSpoilt = false;
      } else if (next?.isNamed && current.size >= rotateBytes) goOn();
      current.write(Buffer.from(text));
      unsynced.files.add(current);
      unsynced.texts.push(text);
      if (next?.isNamed || isPreparing || current.size < rotateBytes / 2) return;
      isPreparing = true;
      void prepareNext()
        .catch(onTrouble)
        .finally(() => (isPreparing = false));
    },
    async sync() {
      const { texts, files } = unsynced;
      unsynced = { texts: [], files: new Set() };
      inSync = files;
      let done = files;
      try {
        await Promise.all([...files].map((file) => file.sync()));
        return { lost: [] };
      } catch (cause) {
        // The kernel reports a loss once and forgets it: nothing that these files were given until now can be relied on.
        isSpoilt = true;
        const meanwhile = unsynced;
        unsynced = { texts: [], files: new Set() };
        done = files.union(meanwhile.files);
        return { lost: texts.concat(meanwhile.texts), cause };
      } finally {
        inSync = new Set();
        for (const file of done) if (file !== current && !unsynced.files.has(file)) file.close();
      }
    },
    hasUnsynced: () => unsynced.files.size > 0,
    async renew() {
      if (current.size === 0) return;
      await prepareNext();
      if (next?.isNamed && current.size > 0) goOn();
    },
    parts: () => [...finished, { path: current.path, size: current.size }],
    forgetOldest: () => void finished.shift(),
    close() {
      current.close();
      if (next === undefined) return;
      next.file.close();
      rmSync(next.file.path, { force: true });
    },
  };
}
