import type { Endpoint } from './endpoint.ts';

/** Which methods a URL takes by the route table; empty for an unknown path. */
export function createAllowedMethods(endpoints: readonly Endpoint[]): (url: string) => readonly string[] {
  return (url) => {
    const path = url.split(/[?#]/, 1)[0] ?? '';
    const methods = endpoints.filter((endpoint) => matches(endpoint.path, path)).map((endpoint) => endpoint.method);
    if (methods.length === 0) return [];
    return [...new Set([...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'])];
  };
}

function matches(pattern: string, path: string): boolean {
  return pattern.endsWith('*')
    ? path.length >= pattern.length && path.startsWith(pattern.slice(0, -1))
    : path === pattern;
}
