import { describe, expect, it } from 'vitest';
import { upstreamError } from './upstream-error.ts';

describe('what an upstream reports', () => {
  it('keeps a code of ours with its message and field', () => {
    const body = JSON.stringify({
      error: { message: 'Too long.', code: 'context_length_exceeded', param: 'messages' },
    });

    expect(upstreamError(400, body)).toMatchObject({
      code: 'context_length_exceeded',
      message: 'Too long.',
      param: 'messages',
    });
  });

  it.each([
    [400, '{"error":{"message":"secret /home/x","code":400}}', 'bad_request'],
    [404, '404 page not found', 'bad_request'],
    [429, '{"status":429,"title":"Too Many Requests"}', 'engine_overloaded'],
    [503, '', 'engine_overloaded'],
    [500, '<html>', 'engine_error'],
  ])('%i with %s becomes %s without its text', (status, body, code) => {
    const error = upstreamError(status, body);

    expect(error.code).toBe(code);
    expect(error.message).not.toMatch(/secret|page not found|html/);
  });
});
