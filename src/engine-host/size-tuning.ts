import type { HostOptions } from '../api/internal/engine-host.ts';
import { chooseOffload } from './choose-offload.ts';
import { possibleSizes, type SizeTuning } from './choose-sizes.ts';
import { layersOf, type GgufHeader } from './gguf-header.ts';
import type { Device } from './libllama/devices.ts';

/**
 * What sizes are chosen by. Without a GPU, or with none of its layers there, a model has the processor alone: be it that
 * the configuration says so, or that no GPU has room for a layer at the sizes that are wanted.
 */
export function sizeTuning(
  header: GgufHeader,
  options: Omit<SizeTuning, 'onProcessor'> & Pick<HostOptions, 'gpuLayers' | 'devices'>,
  devices: readonly Device[],
): SizeTuning {
  if (options.gpuLayers === 0 || devices.length === 0) return { ...options, onProcessor: true };
  const [wanted] = possibleSizes(header, { ...options, onProcessor: false });
  const { layers } = chooseOffload(options, devices, layersOf(header), wanted.need);
  return { ...options, onProcessor: layers === 0 };
}
