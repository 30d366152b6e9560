import { randomUUID } from 'node:crypto';

/** A fresh name for one exchange. A client's own id is never reused: it need not be unique. */
export function newRequestId(): string {
  return `req_${randomUUID().replaceAll('-', '')}`;
}
