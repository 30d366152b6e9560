import { availableParallelism, cpus } from 'node:os';
import { processorFeatures } from '../../engine-host/processor-features.ts';
import type { Finding, Patient } from './finding.ts';

/** Instruction sets that decide how fast a model runs, best last, by the kernel's names. */
const fastInstructions = [
  'sse4_2',
  'f16c',
  'fma',
  'avx',
  'avx2',
  'avx_vnni',
  'avx512f',
  'avx512_vnni',
  'avx512_bf16',
  'amx_int8',
  'asimd',
  'asimddp',
  'i8mm',
  'sve',
  'sve2',
];

/** The processor, its instruction sets, and how many threads a model gets. */
export function checkProcessor({ config }: Patient): Finding[] {
  const cores = availableParallelism();
  const threads = config.models[0]?.threads ?? Math.max(1, cores - 1);
  return [instructions(), threadsFinding(cores, threads)];
}

function instructions(): Finding {
  const name = cpus()[0]?.model ?? 'unknown processor';
  const features = processorFeatures();
  if (features.size === 0) return { check: 'processor', status: 'ok', found: `${name} (${process.arch})` };
  const fast = fastInstructions.filter((each) => features.has(each));
  const found = `${name}; ${fast.join(' ') || 'no SIMD instructions known to speed up models'}`;
  if (fast.some((flag) => flag === 'avx2' || flag === 'asimd')) return { check: 'processor', status: 'ok', found };
  return {
    check: 'processor',
    status: 'warn',
    found,
    advice: 'Without AVX2 models run several times slower; in a virtual machine, pass the host processor through.',
  };
}

function threadsFinding(cores: number, threads: number): Finding {
  const found = `${cores} usable ${cores === 1 ? 'core' : 'cores'}; ${threads} ${threads === 1 ? 'thread' : 'threads'} per model`;
  if (threads < cores || cores === 1) return { check: 'threads', status: 'ok', found };
  // A spinning thread that loses its core stalls all others at the next barrier.
  return { check: 'threads', status: 'warn', found, advice: `Leave a core free: --threads ${Math.max(1, cores - 1)}.` };
}
