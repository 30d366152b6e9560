import type { Endpoint } from './endpoint.ts';

/** What the table of routes says about a URL, whether or not a request's method is one of them. */
export interface RouteTable {
  /** Which methods it takes; empty for an unknown path. */
  methodsOf(url: string): readonly string[];
  /** Whether keys are managed there. */
  isAdmin(url: string): boolean;
}

export function createRouteTable(endpoints: readonly Endpoint[]): RouteTable {
  const at = (url: string) => {
    // A client that takes this server for a proxy names all of the URL (RFC 9112 §3.2.2).
    const path = url.replace(/^https?:\/\/[^/?#]*/i, '').split(/[?#]/, 1)[0] || '/';
    return endpoints.filter((endpoint) => matches(endpoint.path, path));
  };
  return {
    methodsOf(url) {
      const found = at(url);
      const methods = found.map(({ method }) => method);
      if (methods.length === 0) return [];
      // Browsers ask for other pages, which have no business where keys are managed.
      const asking = found.some(isAdmin) ? [] : ['OPTIONS'];
      return [...new Set([...methods, ...(methods.includes('GET') ? ['HEAD'] : []), ...asking])];
    },
    isAdmin: (url) => at(url).some(isAdmin),
  };
}

function isAdmin({ access }: Endpoint): boolean {
  return access === 'admin';
}

function matches(pattern: string, path: string): boolean {
  if (pattern.endsWith('*')) return path.length >= pattern.length && path.startsWith(pattern.slice(0, -1));
  if (!pattern.includes(':')) return path === pattern;
  const parts = path.split('/');
  const wanted = pattern.split('/');
  return (
    parts.length === wanted.length &&
    wanted.every((part, index) => (part.startsWith(':') ? parts[index] !== '' : part === parts[index]))
  );
}
