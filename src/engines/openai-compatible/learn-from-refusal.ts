import { ManifoldError } from '../../errors.ts';
import type { Quirks } from '../quirks/quirks.ts';
import { StrangerFailure } from './stranger-failure.ts';

const learnable: ReadonlySet<unknown> = new Set(['max_tokens', 'temperature', 'top_p']);
/** A value out of range is the client's, and has another code. */
const telling: ReadonlySet<unknown> = new Set(['unsupported_parameter', 'unsupported_value']);

/**
 * What sets a model apart from others of its server, as far as a refusal in OpenAI's form says it: its reasoning models
 * want `max_completion_tokens`, and take no sampling. Undefined where there is nothing new to learn. Only names and codes
 * are looked at, and no sentence, since a sentence may repeat what a client wrote.
 */
export function learnFromRefusal(failure: unknown, quirks: Quirks): Quirks | undefined {
  if (quirks.learns !== true || !(failure instanceof ManifoldError)) return undefined;
  if (!(failure.cause instanceof StrangerFailure) || failure.cause.status !== 400) return undefined;
  const { param, code } = failure.cause.error();
  if (!learnable.has(param) || !telling.has(code)) return undefined;
  if (param === 'max_tokens') {
    return quirks.maxTokens === 'max_tokens' ? { ...quirks, maxTokens: 'max_completion_tokens' } : undefined;
  }
  const name = param as 'temperature' | 'top_p';
  return quirks.fields[name] === 'sent' ? { ...quirks, fields: { ...quirks.fields, [name]: 'refused' } } : undefined;
}
