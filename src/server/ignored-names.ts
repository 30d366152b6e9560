import { streamOptions } from '../api/chat-completion-request.ts';

const printableName = /^[\w.-]{1,64}$/;
const mostNamesReported = 32;

/** Top-level fields of a body that no table knows: they have no effect. */
export function ignoredNames(body: object, ...known: readonly object[]): string[] {
  return fitForHeader(Object.keys(body).filter((name) => known.every((table) => !Object.hasOwn(table, name))));
}

/** Members of a body's `stream_options` without any effect, such as vLLM's `continuous_usage_stats`. */
export function ignoredStreamOptions({ stream_options: given }: Readonly<Record<string, unknown>>): string[] {
  if (typeof given !== 'object' || given === null) return [];
  return ignoredNames(given, streamOptions.shape).map((name) => `stream_options.${name}`);
}

/** Clients choose names; only those fit for a header are repeated, and not too many. */
export function fitForHeader(names: readonly string[]): string[] {
  return names.filter((name) => printableName.test(name)).slice(0, mostNamesReported);
}
