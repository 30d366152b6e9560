import type { Endpoint } from './endpoint.ts';

/** The path of a route as the API document and the keys write it: `/v1/models/{model}`. */
export function documentedPath({ path, operation }: Pick<Endpoint, 'path' | 'operation'>): string {
  return path.replace('*', `{${operation?.restName ?? 'rest'}}`).replaceAll(/:(\w+)/g, '{$1}');
}
