import type { UpstreamKind } from '../../src/api/internal/upstream-kinds.ts';

/** What a server is doing. */
interface Work {
  readonly running: number;
  readonly waiting: number;
  readonly cacheUse: number;
}

interface Figures {
  readonly path: string;
  readonly text: (work: Work) => string;
}

const vllm = ({ running, waiting, cacheUse }: Work) =>
  gauges('engine="0",model_name="served-name"', {
    'vllm:num_requests_running': running,
    'vllm:num_requests_waiting': waiting,
    'vllm:kv_cache_usage_perc': cacheUse,
  });

/** Where a server of a kind tells of its work, and in which words; each call is another server. */
export const figures = {
  vllm: () => ({ path: '/metrics', text: vllm }),
  nim: () => ({ path: '/v1/metrics', text: vllm }),
  sglang: () => ({
    path: '/metrics',
    text: ({ running, waiting, cacheUse }) =>
      gauges('model_name="served-name"', {
        'sglang:num_running_reqs': running,
        'sglang:num_queue_reqs': waiting,
        'sglang:token_usage': cacheUse,
      }),
  }),
  'llama-server': () => ({
    path: '/metrics',
    // It has not told the use of its cache since ggml-org/llama.cpp#13660.
    text: ({ running, waiting }) =>
      gauges('', { 'llamacpp:requests_processing': running, 'llamacpp:requests_deferred': waiting }),
  }),
  'tensorrt-llm': () => {
    let last: Work = { running: 0, waiting: 0, cacheUse: 0 };
    let steps = 0;
    return {
      path: '/prometheus/metrics',
      // A look at one that works sees another step; at rest, it goes on telling of the last.
      text(work) {
        if (work.running > 0) [last, steps] = [work, steps + 1];
        return gauges('engine_type="pytorch",model_name="served-name",pid="4711"', {
          trtllm_num_requests_running: last.running,
          trtllm_num_requests_waiting: last.waiting,
          trtllm_kv_cache_utilization: last.cacheUse,
          trtllm_iteration_latency_seconds: 0.007 + steps / 1e6,
        });
      },
    };
  },
} satisfies Partial<Record<UpstreamKind, () => Figures>>;

/** Prometheus' format. */
function gauges(labels: string, values: Readonly<Record<string, number>>): string {
  const set = labels && `{${labels}}`;
  const lines = Object.entries(values).map(
    ([name, value]) => `# HELP ${name} A figure.\n# TYPE ${name} gauge\n${name}${set} ${value}\n`,
  );
  return lines.join('');
}
