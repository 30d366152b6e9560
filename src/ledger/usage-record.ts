/** What one request used. Never holds prompts or answers. Times are Unix milliseconds. */
export interface UsageRecord {
  /** The request id; a record that comes twice is kept once. */
  readonly id: string;
  readonly at: number;
  readonly keyId: string;
  readonly team: string | null;
  readonly model: string;
  /** The engine or replica that answered; null when none was asked. */
  readonly engine: string | null;
  /** The route's path. */
  readonly endpoint: string;
  /** The HTTP status; 499 when the client left first. */
  readonly status: number;
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly completionTokens: number;
  readonly reasoningTokens: number;
  /** Whole billionths of a US dollar. */
  readonly costNanos: number;
  readonly ttftMs: number | null;
  readonly durationMs: number;
  readonly finishReason: string | null;
  readonly errorCode: string | null;
  /** False: the engine's own figures never came, and the tokens are an estimate. */
  readonly isMeasured: boolean;
}
