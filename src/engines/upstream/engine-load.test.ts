import { describe, expect, it } from 'vitest';
import { llamaServer } from '../quirks/llama-server.ts';
import { nim } from '../quirks/nim.ts';
import { sglang } from '../quirks/sglang.ts';
import { tensorrtLlm } from '../quirks/tensorrt-llm.ts';
import { vllm } from '../quirks/vllm.ts';
import { createLoadReader, readLoad } from './engine-load.ts';

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

  const trtllm = (latency: number) =>
    [
      '# HELP trtllm_num_requests_running Multiprocess metric',
      '# TYPE trtllm_num_requests_running gauge',
      'trtllm_num_requests_running{engine_type="pytorch",model_name="a b",pid="4711"} 6.0',
      '# TYPE trtllm_num_requests_waiting gauge',
      'trtllm_num_requests_waiting{engine_type="pytorch",model_name="a b",pid="4711"} 2.0',
      '# TYPE trtllm_num_requests_completed_total counter',
      'trtllm_num_requests_completed_total{engine_type="pytorch",model_name="a b"} 40.0',
      '# TYPE trtllm_kv_cache_utilization gauge',
      'trtllm_kv_cache_utilization{engine_type="pytorch",model_name="a b",pid="4711"} 0.125',
      '# TYPE trtllm_iteration_latency_seconds gauge',
      `trtllm_iteration_latency_seconds{engine_type="pytorch",model_name="a b",pid="4711"} ${latency}`,
    ].join('\n');

  it('is read as TensorRT-LLM says it, until its last step is one that was seen', () => {
    const read = createLoadReader(names(tensorrtLlm));
    const busy = { running: 6, waiting: 2, cacheUse: 0.125 };

    expect(read(trtllm(0.00700688362121582))).toEqual(busy);
    expect(read(trtllm(0.0033152103424072266))).toEqual(busy);
    expect(read(trtllm(0.0033152103424072266))).toEqual({ running: 0, waiting: 0, cacheUse: undefined });
    expect(read('# TYPE trtllm_request_success_total counter')).toBeUndefined();
    expect(read(trtllm(0.0033152103424072266))).toEqual(busy);
  });

  it('is believed again and again of a server that tells what is so now', () => {
    const read = createLoadReader(names(vllm));
    const text = 'vllm:num_requests_running 1\n';
    const busy = { running: 1, waiting: 0, cacheUse: undefined };

    expect([read(text), read(text)]).toEqual([busy, busy]);
  });

  it.each(['', 'vllm:num_requests_running NaN', 'vllm:num_requests_running_total 3', '{"not":"these"}'])(
    'is unknown where it is not told: %j',
    (text) => {
      expect(readLoad(text, names(vllm))).toBeUndefined();
    },
  );
});
