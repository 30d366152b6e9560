/**
 * Where the routes of a server are, as functions of what they are called here: those of its API begin with `/v1`. An
 * address that ends with a version, such as `/v4` or `/v1beta/openai`, is where the API begins; at any other one it begins
 * with `/v1`, or with `apiPath` if that is given.
 */
export function pathAt(address: string, apiPath?: string): (path: string) => string {
  const pathname = new URL(address).pathname.replace(/\/+$/, '');
  const version = apiPath === undefined ? /\/v\d+[a-z\d]*(\/openai)?$/.exec(pathname)?.[0] : undefined;
  const root = version === undefined ? pathname : pathname.slice(0, -version.length);
  const api = root + (version ?? apiPath ?? '/v1');
  return (path) => (path.startsWith('/v1/') ? api + path.slice('/v1'.length) : root + path);
}
