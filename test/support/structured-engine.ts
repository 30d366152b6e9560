import type { OutputConstraint } from '../../src/api/internal/engine-request.ts';
import { call, finish, piece, role, scriptedEngine, usageOf, type ScriptedEngine } from './scripted-engine.ts';

/** What the engine below says, in every form that it is asked for. */
export const person = { name: 'Ada', age: 36 };

/**
 * An engine that keeps to what the content has to be: `person` as JSON (or the first of an enumeration called
 * `result`), the first choice, "aaa" for an expression. A demanded call gets `person` too. Asked for nothing, it talks.
 */
export function structuredEngine(): ScriptedEngine {
  return scriptedEngine((_, { output, tools, tool_choice: choice, n }) => {
    const name = typeof choice === 'object' ? choice.function.name : tools?.[0]?.function.name;
    if (name !== undefined && choice !== 'none' && choice !== 'auto') {
      return [role(), ...call(0, 'call_1', name, person), finish('tool_calls'), usageOf(7, 3)];
    }
    const pieces = contentFor(output).match(/.{1,4}/gs) ?? [];
    const choices = Array.from({ length: n }, (__, index) => [
      role(index),
      ...pieces.map((text) => piece(text, index)),
      finish('stop', index),
    ]);
    return [...choices.flat(), usageOf(7, pieces.length * n)];
  });
}

function contentFor(output: OutputConstraint | undefined): string {
  switch (output?.kind) {
    case 'json':
      return JSON.stringify(resultOf(output.schema) ?? person);
    case 'choice':
      return output.choices[0] ?? '';
    case 'regex':
      return 'aaa';
    default:
      return 'Let me talk.';
  }
}

/** The AI SDK wraps an enumeration in an object. */
function resultOf(schema: unknown): object | undefined {
  const wrapped = schema as { properties?: { result?: { enum?: unknown[] } } } | undefined;
  const values = wrapped?.properties?.result?.enum;
  return values && { result: values[0] };
}
