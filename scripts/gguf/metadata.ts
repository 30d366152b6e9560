import type { MetadataValue } from './write-gguf.ts';

export const u32 = (value: number): MetadataValue => ({ type: 'u32', value });
export const f32 = (value: number): MetadataValue => ({ type: 'f32', value });
export const bool = (value: boolean): MetadataValue => ({ type: 'bool', value });
export const text = (value: string): MetadataValue => ({ type: 'string', value });
export const strings = (value: readonly string[]): MetadataValue => ({ type: 'strings', value });
export const i32s = (value: readonly number[]): MetadataValue => ({ type: 'i32s', value });
export const f32s = (value: readonly number[]): MetadataValue => ({ type: 'f32s', value });
