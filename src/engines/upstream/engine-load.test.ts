import { describe, expect, it } from 'vitest';
import { llamaServer } from '../quirks/llama-server.ts';
import { nim } from '../quirks/nim.ts';
import { sglang } from '../quirks/sglang.ts';
import { vllm } from '../quirks/vllm.ts';
import { readLoad } from './engine-load.ts';

const names = (quirks: typeof vllm) => quirks.load ?? expect.fail('it has no figures');

describe('what a server says of its work', () => {
  it('is read as vLLM says it, engines side by side together', () => {
    const text = [
      '# HELP vllm:num_requests_running Number of requests in model execution batches.',
      '# TYPE vllm:num_requests_running gauge',
      'vllm:num_requests_running{engine="0",model_name="a b"} 3.0',
      'vllm:num_requests_running{engine="1",model_name="a b"} 4.0',
      'vllm:num_requests_waiting{engine="0",model_name="a b"} 2.0',
      'vllm:num_requests_waiting_by_reason{engine="0",reason="capacity"} 2.0',
      'vllm:kv_cache_usage_perc{engine="0"} 0.25',
      'vllm:kv_cache_usage_perc{engine="1"} 0.75',
    ].join('\n');

    expect(readLoad(text, names(vllm))).toEqual({ running: 7, waiting: 2, cacheUse: 0.75 });
  });

  it('is read as SGLang, NIM’s first line and llama.cpp say it', () => {
    expect(
      readLoad('sglang:num_running_reqs{a="1"} 5\nsglang:num_queue_reqs 1\nsglang:token_usage 0.28\n', names(sglang)),
    ).toEqual({ running: 5, waiting: 1, cacheUse: 0.28 });
    expect(
      readLoad('num_requests_running{a="1"} 5\nnum_requests_waiting 0\ngpu_cache_usage_perc 0.5', names(nim)),
    ).toEqual({ running: 5, waiting: 0, cacheUse: 0.5 });
    expect(readLoad('llamacpp:requests_processing 1\nllamacpp:requests_deferred 3\n', names(llamaServer))).toEqual({
      running: 1,
      waiting: 3,
      cacheUse: undefined,
    });
  });

  it.each(['', 'vllm:num_requests_running NaN', 'vllm:num_requests_running_total 3', '{"not":"these"}'])(
    'is unknown where it is not told: %j',
    (text) => {
      expect(readLoad(text, names(vllm))).toBeUndefined();
    },
  );
});
