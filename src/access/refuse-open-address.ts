import { ManifoldError } from '../errors.ts';
import { isLoopback } from '../lib/is-loopback.ts';
import type { KeptKeys } from './access.ts';

/** Whoever can reach the address can use the models, so an address others can reach needs a key: throws `configuration_invalid`. */
export async function refuseOpenAddress(
  host: string,
  auth: { readonly enabled: boolean; readonly keys: readonly unknown[] },
  kept: KeptKeys | undefined,
): Promise<void> {
  if (isLoopback(host)) return;
  if (!auth.enabled) {
    throw new ManifoldError(
      'configuration_invalid',
      `Keys are switched off, which is allowed on a loopback address only, not on ${host}.`,
    );
  }
  if (auth.keys.length === 0 && !(await kept?.store.hasUsable())) {
    throw new ManifoldError(
      'configuration_invalid',
      `${host} can be reached by others and no API key exists. Set one (auth.keys) or run \`manifold keys create\`.`,
    );
  }
}
