import type { HostOptions, LoadPlan, MemoryNeed } from '../api/internal/engine-host.ts';
import { chooseOffload, usableBytes } from './choose-offload.ts';
import { layersOf, type GgufHeader } from './gguf-header.ts';
import type { Device } from './libllama/devices.ts';

/** What loading would take of the memory, with the layers where they would go now. */
export function planLoad(
  header: GgufHeader,
  options: Pick<HostOptions, 'gpuLayers' | 'devices'>,
  needs: { readonly wanted: MemoryNeed; readonly least: MemoryNeed },
  devices: readonly Device[],
): LoadPlan {
  const { wanted, least } = needs;
  const offload = chooseOffload(options, devices, layersOf(header), wanted);
  const share = offload.layers / offload.of;
  const graphics = {
    wanted: (wanted.weights + wanted.keyValueCache) * (options.gpuLayers === 'auto' ? 1 : share) + wanted.compute,
    free: usableBytes(offload.devices),
  };
  return {
    wanted: besideDevices(wanted, share),
    least: besideDevices(least, share),
    mapped: header.fileBytes * (1 - share),
    graphics: offload.devices.length === 0 || options.gpuLayers === 0 ? null : graphics,
  };
}

/** Bytes of devices and memory together that sizes may be chosen for, with so many bytes of memory. */
export function roomWith(
  bytes: number,
  { gpuLayers }: Pick<HostOptions, 'gpuLayers'>,
  devices: readonly Device[],
): number {
  if (gpuLayers === 0) return bytes;
  return bytes + usableBytes(devices);
}

/** What is left for the processor's memory when a share of the layers is elsewhere. */
export function besideDevices(need: MemoryNeed, share: number): MemoryNeed {
  return { ...need, weights: need.weights * (1 - share), keyValueCache: need.keyValueCache * (1 - share) };
}
