import { describe, expect, it } from 'vitest';
import type { Tool, ToolChoice } from '../../api/tool.ts';
import { ManifoldError } from '../../errors.ts';
import { checkTools } from './check-tools.ts';

const weather: Tool = { type: 'function', function: { name: 'weather', parameters: { type: 'object' } } };
const clock: Tool = { type: 'function', function: { name: 'clock' } };
const named = (name: string): ToolChoice => ({ type: 'function', function: { name } });

function refusalOf(request: Parameters<typeof checkTools>[0]): ManifoldError {
  try {
    checkTools(request);
  } catch (failure) {
    if (failure instanceof ManifoldError) return failure;
  }
  throw new Error('The request was not refused.');
}

describe('the tools a request offers', () => {
  it('are used as the model sees fit, if the client says nothing', () => {
    expect(checkTools({ tools: [weather] })).toEqual({ tools: [weather], tool_choice: 'auto' });
  });

  it.each<ToolChoice>(['none', 'auto', 'required', named('clock')])('are used as the client says: %j', (choice) => {
    const tools = [weather, clock];

    expect(checkTools({ tools, tool_choice: choice })).toEqual({ tools, tool_choice: choice });
  });

  it.each<[Tool[] | undefined, ToolChoice | undefined]>([
    [[], undefined],
    [[], 'auto'],
    [undefined, 'none'],
  ])('are none for %j with %j', (tools, choice) => {
    expect(checkTools({ tools, tool_choice: choice })).toEqual({ tools: undefined, tool_choice: undefined });
  });

  it.each([undefined, null, {}, { type: 'object' }, { $ref: '#/$defs/place' }])('may take %j', (parameters) => {
    const tool: Tool = { type: 'function', function: { name: 'f', parameters } };

    expect(checkTools({ tools: [tool] }).tools).toEqual([tool]);
  });

  it.each<[string, Parameters<typeof checkTools>[0], string, RegExp]>([
    ['a forced call without tools', { tool_choice: 'required' }, 'tool_choice', /Add `tools`/],
    ['a named call with an empty list', { tools: [], tool_choice: named('weather') }, 'tool_choice', /Add `tools`/],
    [
      'a named call of another tool',
      { tools: [weather, clock], tool_choice: named('wether') },
      'tool_choice.function.name',
      /`wether` is not in `tools`.*`weather`, `clock`/,
    ],
    ['a name given twice', { tools: [clock, weather, clock] }, 'tools[2].function.name', /`clock`/],
    [
      'parameters that are a list',
      { tools: [weather, { type: 'function', function: { name: 'g', parameters: { type: 'array' } } }] },
      'tools[1].function.parameters',
      /type: "object"/,
    ],
  ])('are refused for %s', (_, request, param, message) => {
    const refusal = refusalOf(request);

    expect(refusal).toMatchObject({ code: 'invalid_value', param });
    expect(refusal.message).toMatch(message);
  });
});
