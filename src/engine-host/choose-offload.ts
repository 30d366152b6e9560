import { ManifoldError } from '../errors.ts';
import type { Device } from './libllama/devices.ts';
import type { MemoryNeed } from '../api/internal/engine-host.ts';

/** How many layers go where, and why, for the load report. */
export interface Offload {
  readonly layers: number;
  /** All layers of the model and its output layer. */
  readonly of: number;
  readonly devices: readonly Device[];
  readonly reason: string;
}

/** Of a device's free memory, what is planned for; the rest is for what the estimate does not know. */
const usableShare = 0.9;

/** Bytes that may be planned for on devices. */
export function usableBytes(devices: readonly Device[]): number {
  return devices.reduce((sum, { freeBytes }) => sum + freeBytes, 0) * usableShare;
}

/**
 * Chooses the devices by name (all of them when none are named) and how many layers fit: all, or as many as
 * the free memory takes in proportion. A number given is used as it is.
 */
export function chooseOffload(
  wanted: { readonly gpuLayers: number | 'auto'; readonly devices?: readonly string[] | undefined },
  present: readonly Device[],
  layers: number,
  estimate: Omit<MemoryNeed, 'runtime'>,
): Offload {
  const of = layers + 1;
  const devices = wanted.devices ? wanted.devices.map((name) => deviceNamed(name, present)) : present;
  if (devices.length === 0) {
    if (typeof wanted.gpuLayers === 'number' && wanted.gpuLayers > 0) {
      throw new ManifoldError(
        'native_library_unusable',
        `gpuLayers is ${wanted.gpuLayers}, but the libraries see no GPU; give a CUDA, Vulkan or Metal build with --lib-dir.`,
      );
    }
    return { layers: 0, of, devices, reason: 'the libraries see no GPU' };
  }
  if (wanted.gpuLayers !== 'auto') {
    return { layers: Math.min(wanted.gpuLayers, of), of, devices, reason: 'as configured' };
  }
  // The buffers of a step are needed on each device, whatever the number of layers.
  const room = usableBytes(devices) - estimate.compute * devices.length;
  const fitting = Math.floor((room / (estimate.weights + estimate.keyValueCache)) * of);
  if (fitting >= of) return { layers: of, of, devices, reason: 'all layers fit' };
  return { layers: Math.max(0, fitting), of, devices, reason: 'as many as the free memory takes' };
}

function deviceNamed(name: string, present: readonly Device[]): Device {
  const device = present.find((each) => each.name === name);
  if (device) return device;
  const names = present.map((each) => each.name).join(', ');
  throw new ManifoldError(
    'native_library_unusable',
    `There is no device ${name}; ${names === '' ? 'the libraries see no GPU' : `the libraries see ${names}`}.`,
  );
}
