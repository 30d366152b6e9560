import type { EngineRequest } from '../api/internal/engine-request.ts';
import type { Tool } from '../api/tool.ts';
import type { GrammarOrder } from './answer-grammar.ts';

type Asked = Pick<EngineRequest, 'tools' | 'tool_choice' | 'parallel_tool_calls' | 'output'>;

/** The functions that an answer may call. */
export function offeredTools({ tools, tool_choice: choice }: Pick<Asked, 'tools' | 'tool_choice'>): readonly Tool[] {
  return choice === 'none' ? [] : (tools ?? []);
}

/** What a request asks of an answer that is written in `format` after `promptEnd`; undefined where it may be anything. */
export function grammarOrder(
  request: Asked,
  { format, promptEnd }: Pick<GrammarOrder, 'format' | 'promptEnd'>,
): GrammarOrder | undefined {
  const { output, tool_choice: choice = 'auto' } = request;
  const tools = offeredTools(request);
  if (tools.length === 0 && output === undefined) return undefined;
  return {
    format,
    tools,
    choice: tools.length === 0 ? 'none' : typeof choice === 'string' ? choice : { name: choice.function.name },
    // One function by name is one call of it.
    parallel: typeof choice === 'string' && request.parallel_tool_calls,
    promptEnd,
    output,
  };
}
