import { messageText } from '../../src/api/message.ts';
import {
  answer,
  call,
  finish,
  role,
  scriptedEngine,
  thought,
  usageOf,
  type ScriptedEngine,
} from './scripted-engine.ts';

/** What a client's tools are called, in the order in which the engine below calls them. */
export const toolNames = ['weather', 'clock'] as const;

/** What the tools have to be called with. */
export const toolInput = { at: 'Rome' };

/**
 * An engine that thinks and calls `weather` and `clock` at once when a user asks, and repeats what the tools
 * answered once they have: "Sunny, noon." Of a call that is demanded by name it makes that one.
 */
export function toolCallingEngine(): ScriptedEngine {
  return scriptedEngine((_, { messages, tool_choice: choice }) => {
    const results = messages.filter(({ role: speaker }) => speaker === 'tool').map(messageText);
    if (results.length > 0) return answer(results.join(', '), '.');
    const names = typeof choice === 'object' ? [choice.function.name] : toolNames;
    const calls = names.flatMap((name, index) => call(index, `call_${name}`, name, toolInput));
    return [role(), thought('Both '), thought('tools.'), ...calls, finish('tool_calls'), usageOf(7, 9)];
  });
}
