import type { HostOptions, LoadPlan, MemoryNeed } from '../api/internal/engine-host.ts';
import { chooseOffload, usableBytes, type Offload } from './choose-offload.ts';
import { layersOf, type GgufHeader } from './gguf-header.ts';
import type { Device } from './libllama/devices.ts';

type Tuning = Pick<HostOptions, 'gpuLayers' | 'devices'>;

/** What loading would take of the memory, with the layers where they would go now. */
export function planLoad(
  header: GgufHeader,
  options: Tuning,
  needs: { readonly wanted: MemoryNeed; readonly least: MemoryNeed },
  devices: readonly Device[],
): LoadPlan {
  const { wanted, least } = needs;
  const beside = besideDevices(header, options, devices);
  const offload = chooseOffload(options, devices, layersOf(header), wanted);
  const share = offload.layers / offload.of;
  const graphics = {
    wanted: (wanted.weights + wanted.keyValueCache) * (options.gpuLayers === 'auto' ? 1 : share) + wanted.compute,
    free: usableBytes(offload.devices),
  };
  return {
    wanted: beside(wanted),
    least: beside(least),
    mapped: header.fileBytes * (1 - share),
    graphics: offload.devices.length === 0 || options.gpuLayers === 0 ? null : graphics,
  };
}

/** What a model takes of the processor's memory, when the layers that go to devices are there. */
export function besideDevices(
  header: GgufHeader,
  options: Tuning,
  devices: readonly Device[],
): (need: MemoryNeed) => MemoryNeed {
  return (need) => without(need, chooseOffload(options, devices, layersOf(header), need));
}

/** The same where it is known how many layers go there. */
export function without(need: MemoryNeed, { layers, of }: Pick<Offload, 'layers' | 'of'>): MemoryNeed {
  const share = 1 - layers / of;
  return { ...need, weights: need.weights * share, keyValueCache: need.keyValueCache * share };
}
