/** Why an engine cannot be at an address, as a sentence without its end; undefined where it can. */
export function addressProblem(address: string): string | undefined {
  const url = URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol)) return 'An address is http://… or https://…';
  if (url.username !== '' || url.password !== '') return 'A key does not belong in an address; use `key` or `keyFrom`';
  // It would be lost, since the paths of the API come after the address.
  if (/[?#]/.test(address)) return 'An address ends with its path, without `?` and `#`';
  const [route] =
    /\/chat\/completions\/*$|(?<=\/v\d)\/(completions|embeddings|models|responses)\/*$/.exec(url.pathname) ?? [];
  if (route !== undefined) return `An address ends before the routes of the API: leave \`${route}\` out`;
  return undefined;
}
