import type { EngineTuning } from '../../api/internal/engine-host.ts';

/** How one llama-server is run. */
export interface LlamaServerOptions extends Partial<EngineTuning> {
  readonly modelId: string;
  readonly modelPath: string;
  /** The encoder of what is not text: makes the model one that sees. */
  readonly mmproj?: string | undefined;
  readonly threads: number;
  /** The program. */
  readonly program: string;
}

/** Tokens per slot where the configuration says nothing; the server cuts it to what the model was trained with. */
const defaultContext = 8192;
/** As the engine host has it: a filter over the whole vocabulary costs milliseconds a token. */
const defaultTopK = 1000;

/** The command line that makes a llama-server keep the contract: its own defaults are those of another. */
export function serverArguments(options: LlamaServerOptions, socketPath: string): string[] {
  const { slots = 4, context = defaultContext, cells = slots * context, cellLayout, gpuLayers, kvType } = options;
  const settings: Readonly<Record<string, string | number | undefined>> = {
    '--model': options.modelPath,
    '--mmproj': options.mmproj,
    '--alias': options.modelId,
    '--host': socketPath,
    '--threads': options.threads,
    '--threads-batch': options.threads,
    '--parallel': slots,
    '--ctx-size': cells,
    '--kv-unified-per-slot': cellLayout === 'shared' ? context : undefined,
    // Steps of this size are what a request that leaves, and the watchdog, wait for.
    '--batch-size': 512,
    '--ubatch-size': 512,
    '--gpu-layers': gpuLayers === 'auto' ? undefined : gpuLayers,
    '--device': options.devices?.join(','),
    '--tensor-split': options.tensorSplit?.join(','),
    '--cache-type-k': kvType,
    '--cache-type-v': kvType,
    '--flash-attn': options.flashAttention,
    // Prompts of all keys would lie together there.
    '--cache-ram': 0,
    // What a request leaves out means nothing is done: the contract's defaults, in the engine host's order.
    '--temp': 1,
    '--top-k': defaultTopK,
    '--top-p': 1,
    '--min-p': 0,
    '--repeat-last-n': context,
    '--samplers': 'penalties;top_k;temperature;top_p;min_p',
    '--log-verbosity': 2,
  };
  return [
    ...Object.entries(settings).flatMap(([name, value]) => (value === undefined ? [] : [name, String(value)])),
    cellLayout === 'shared' ? '--kv-unified' : '--no-kv-unified',
    '--metrics',
    '--no-slots',
    '--no-ui',
    '--no-prefill-assistant',
    '--offline',
  ];
}
