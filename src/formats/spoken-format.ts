import { fallback } from './families/json-in-tags.ts';
import type { OutputFormat } from './output-format.ts';
import type { TemplateCapabilities } from './template-capabilities.ts';

/**
 * How a model writes answers where functions are offered. A template that knows no tools has them described in words,
 * and with them the one way to call.
 */
export function callFormat(format: OutputFormat, { supportsTools }: TemplateCapabilities): OutputFormat {
  return supportsTools ? format : { ...fallback, ...(format.reasoning && { reasoning: format.reasoning }) };
}

/** A model that was not taught to reason must not be offered to: it would not find the end. */
export function withoutReasoning(format: OutputFormat): OutputFormat {
  return { ...format, reasoning: undefined };
}
