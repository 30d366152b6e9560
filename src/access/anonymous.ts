import type { Principal } from './principal.ts';

/** Who asks where keys are switched off, on a loopback address: whoever is on this machine. Manages no keys. */
export const anonymous: Principal = {
  keyId: 'anonymous',
  name: null,
  owner: null,
  team: null,
  labels: {},
  scopes: ['inference', 'metrics'],
  models: null,
  endpoints: null,
  limits: {},
  weight: 1,
};
