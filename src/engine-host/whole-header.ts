import { statSync } from 'node:fs';
import type { HostOptions } from '../api/internal/engine-host.ts';
import { readGgufHeader, readPartHeader, type GgufHeader } from './gguf-header.ts';

/** Reads the headers of all parts of a model as one. Its size counts all that is loaded with it, adapters too. */
export function readWholeHeader({ modelPath, adapters }: Pick<HostOptions, 'modelPath' | 'adapters'>): GgufHeader {
  const header = readGgufHeader(modelPath);
  const parts = [header, ...furtherParts(modelPath).map(readPartHeader)];
  const sizes = [...parts.map(({ fileBytes }) => fileBytes), ...adapters.map(({ path }) => sizeOf(path))];
  return {
    ...header,
    fileBytes: sizes.reduce((sum, size) => sum + size, 0),
    matrices: parts.flatMap(({ matrices = [] }) => matrices),
  };
}

/** The parts of a divided file beside the first. */
export function furtherParts(path: string): string[] {
  const [, stem, count] = /^(.*)-00001-of-(\d{5})\.gguf$/i.exec(path) ?? [];
  if (stem === undefined || count === undefined) return [];
  return Array.from(
    { length: Number(count) - 1 },
    (_, at) => `${stem}-${String(at + 2).padStart(5, '0')}-of-${count}.gguf`,
  );
}

/** A missing file is reported by whoever loads it. */
function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
