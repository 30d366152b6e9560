import type { EngineRequest } from '../../api/internal/engine-request.ts';
import type { GatheredCall } from './whole-calls.ts';

/**
 * What keeps the calls of a choice from being those that `tool_choice` demands, as the end of a sentence that begins with
 * "it"; undefined where nothing does, or nothing is demanded. Not every server elsewhere holds its models to it.
 */
export function forcedCallProblem(
  asked: EngineRequest['tool_choice'],
  calls: readonly Pick<GatheredCall, 'name'>[],
): string | undefined {
  if (asked === 'required') return calls.length === 0 ? 'makes no call' : undefined;
  if (typeof asked !== 'object') return undefined;
  const { name } = asked.function;
  return calls.length > 0 && calls.every((call) => call.name === name) ? undefined : `does not call \`${name}\``;
}
