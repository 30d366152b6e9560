import type { Place } from './cache/place.ts';
import type { Digest } from './digest.ts';
import { createPartialFile } from './download/partial-file.ts';
import type { ByteSource } from './origin/origin.ts';

/** One file that a pull makes sure of. */
export interface PlannedFile {
  /** For people. */
  readonly name: string;
  readonly bytes: number | undefined;
  readonly digest: Digest | undefined;
  readonly source: ByteSource;
  readonly place: Place;
  /** Bytes that need not be downloaded any more. */
  readonly presentBytes: number;
}

/** What a pull would do. */
export interface PullPlan {
  /** What was asked for, spelled out: `hf:org/name:Q4_K_M`. */
  readonly reference: string;
  /** Where the weights come from, for people. */
  readonly from: string;
  readonly quantization: string | undefined;
  readonly files: readonly PlannedFile[];
  /** Undefined when a server does not tell. */
  readonly totalBytes: number | undefined;
  readonly presentBytes: number;
  /** The file that an engine opens, once all is there. */
  readonly path: string;
  /** What is left to do when all files are there. */
  finish(): Promise<void>;
}

/** The sums of a plan's files. */
export function sumsOf(files: readonly PlannedFile[]): Pick<PullPlan, 'totalBytes' | 'presentBytes'> {
  const isKnown = files.every(({ bytes }) => bytes !== undefined);
  return {
    totalBytes: isKnown ? files.reduce((sum, { bytes = 0 }) => sum + bytes, 0) : undefined,
    presentBytes: files.reduce((sum, { presentBytes }) => sum + presentBytes, 0),
  };
}

/** What is known of a file before its plan. */
interface Facts {
  readonly name: string;
  readonly bytes?: number | undefined;
  readonly digest?: Digest | undefined;
  readonly source: ByteSource;
  readonly place: (bytes: number | undefined, modifiedAt: Date | undefined) => Place;
}

interface Seen {
  readonly bytes: number | undefined;
  readonly modifiedAt?: Date | undefined;
}

/** Looks what is there of a file, and asks its source for its length and its age where nobody has said its length. */
export async function planFile(facts: Facts, signal: AbortSignal) {
  const { name, digest, source } = facts;
  const seen: Seen = facts.bytes === undefined ? await lookAt(source, signal) : { bytes: facts.bytes };
  const { bytes, modifiedAt } = seen;
  const place = facts.place(bytes, modifiedAt);
  const presentBytes = (await place.isFilled()) ? (bytes ?? 0) : await createPartialFile(place.partial).bytes();
  return { name, bytes, digest, source, place, presentBytes } satisfies PlannedFile;
}

async function lookAt(source: ByteSource, signal: AbortSignal): Promise<Seen> {
  const opened = await source.open(0, undefined, signal);
  opened.close();
  return { bytes: opened.totalBytes, modifiedAt: opened.modifiedAt };
}
