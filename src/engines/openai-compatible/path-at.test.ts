import { expect, it } from 'vitest';
import { pathAt } from './path-at.ts';

it.each([
  ['https://host', undefined, '/v1/chat/completions', '/health'],
  ['https://host/', undefined, '/v1/chat/completions', '/health'],
  ['https://host/v1/', undefined, '/v1/chat/completions', '/health'],
  ['https://host/a/b', undefined, '/a/b/v1/chat/completions', '/a/b/health'],
  ['https://host/openai', undefined, '/openai/v1/chat/completions', '/openai/health'],
  ['https://host/openai/v1', undefined, '/openai/v1/chat/completions', '/openai/health'],
  ['https://host/v2/id/openai', undefined, '/v2/id/openai/v1/chat/completions', '/v2/id/openai/health'],
  ['https://host/api/paas/v4', undefined, '/api/paas/v4/chat/completions', '/api/paas/health'],
  ['https://host/v1beta/openai/', undefined, '/v1beta/openai/chat/completions', '/health'],
  ['https://host/v1/openai', undefined, '/v1/openai/chat/completions', '/health'],
  ['https://host/vllm', undefined, '/vllm/v1/chat/completions', '/vllm/health'],
  ['https://host/inference', '', '/inference/chat/completions', '/inference/health'],
  ['https://host/v2', '/v1', '/v2/v1/chat/completions', '/v2/health'],
])('the routes at %s with %j are %s and %s', (address, apiPath, chat, health) => {
  const path = pathAt(address, apiPath);

  expect([path('/v1/chat/completions'), path('/health')]).toEqual([chat, health]);
});
