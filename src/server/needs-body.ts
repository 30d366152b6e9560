import type { Operation } from './endpoint.ts';

/** Whether a request has to have a body: one that is left out asks for what `{}` does, where that means something. */
export function needsBody({ requestBody }: Partial<Operation>): boolean {
  if (requestBody === undefined) return false;
  return typeof requestBody === 'string' || !requestBody.safeParse({}).success;
}
