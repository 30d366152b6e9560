import { describe, expect, it } from 'vitest';
import type { ToolCallDelta } from '../../api/tool.ts';
import { createCallOrder } from './call-order.ts';

const order = () => createCallOrder((what) => new Error(what));
const first = (index: number, id = `call_${index}`, args?: string): ToolCallDelta => ({
  index,
  id,
  type: 'function',
  function: { name: 'f', ...(args !== undefined && { arguments: args }) },
});
const more = (index: number, args: string): ToolCallDelta => ({ index, function: { arguments: args } });

describe('the pieces of calls', () => {
  it('pass as they come where they are in order', () => {
    const pieces = [first(0, 'a', ''), more(0, '{"x"'), more(0, ':1}'), first(1, 'b', '{}')];
    const calls = order();

    expect(pieces.flatMap((piece) => calls.take([piece]))).toEqual(pieces);
    expect(calls.count()).toBe(2);
    expect(calls.areWhole()).toBe(true);
  });

  it('have their type and empty arguments added where an engine leaves them out', () => {
    expect(order().take([{ index: 0, id: 'a', function: { name: 'f' } }])).toEqual([first(0, 'a', '')]);
  });

  it('lose what says nothing new', () => {
    const calls = order();
    calls.take([first(0)]);

    expect(calls.take([{ ...more(0, '{}'), type: 'function' }])).toEqual([more(0, '{}')]);
    expect(calls.take([more(0, '')])).toEqual([]);
  });

  it.each([
    ['begin with index 1', [first(1)]],
    ['begin with more of no call', [more(-1, '{}')]],
    ['leave an index out', [first(0), first(2)]],
    ['go back to a call', [first(0), first(1), more(0, '{}')]],
    ['begin a call without id', [{ index: 0, function: { name: 'f' } }]],
    ['begin a call without name', [{ index: 0, id: 'a', function: { arguments: '{}' } }]],
    ['begin a call with an empty name', [{ index: 0, id: 'a', function: { name: '' } }]],
    ['name a call twice', [first(0), { index: 0, function: { name: 'f' } }]],
    ['give a call two ids', [first(0), { index: 0, id: 'b', function: {} }]],
    ['give two calls one id', [first(0, 'a'), first(1, 'a')]],
  ])('may not %s', (_, pieces) => {
    expect(() => order().take(pieces)).toThrow(/call/);
  });

  it('end in an empty object where a complete call has no arguments', () => {
    const calls = order();

    expect(calls.take([first(0), first(1)])).toEqual([first(0, 'call_0', ''), more(0, '{}'), first(1, 'call_1', '')]);
    expect(calls.close()).toEqual([more(1, '{}')]);
    expect(calls.close()).toEqual([]);
  });

  it.each(['', '{"x":', '[]', '1', 'null', '{} {}'])('are not whole while the arguments are %j', (args) => {
    const calls = order();
    calls.take([first(0, 'a', args)]);

    expect(calls.areWhole()).toBe(false);
  });
});
