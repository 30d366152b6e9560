/** What ties a request of ours to the records of others. */
export interface Trace {
  readonly requestId: string;
  /** W3C trace context, as the client sent it if that was well formed. */
  readonly traceparent?: string | undefined;
}
