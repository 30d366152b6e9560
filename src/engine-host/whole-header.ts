import { statSync } from 'node:fs';
import type { HostOptions } from '../api/internal/engine-host.ts';
import { readGgufHeader, type GgufHeader } from './gguf-header.ts';

/** Reads the header of a model; its size counts all that is loaded with it: further parts of its file, and adapters. */
export function readWholeHeader({ modelPath, adapters }: Pick<HostOptions, 'modelPath' | 'adapters'>): GgufHeader {
  const header = readGgufHeader(modelPath);
  const others = [...furtherParts(modelPath), ...adapters.map(({ path }) => path)];
  return { ...header, fileBytes: others.reduce((sum, path) => sum + sizeOf(path), header.fileBytes) };
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
