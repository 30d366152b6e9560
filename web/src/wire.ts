/** The parts of the API that the page reads; a test keeps them in step with the contract in src/api. */

export interface WireMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface WireRequest {
  readonly model: string;
  readonly messages: WireMessage[];
  readonly stream: true;
  readonly stream_options: { readonly include_usage: true };
  readonly temperature?: number | undefined;
  readonly top_p?: number | undefined;
  readonly max_tokens?: number | undefined;
  readonly seed?: number | undefined;
}

export interface WireUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
}

export interface WireChunk {
  readonly choices: ReadonlyArray<{
    readonly delta: {
      readonly content?: string | null | undefined;
      readonly reasoning_content?: string | null | undefined;
    };
    readonly finish_reason: string | null;
  }>;
  readonly usage?: WireUsage | null | undefined;
}

export interface WireError {
  readonly error: { readonly message: string; readonly code: string | null; readonly param: string | null };
}

export interface WireModel {
  readonly id: string;
  readonly manifold?:
    | { readonly state: string; readonly reason: string | null; readonly task?: string | null | undefined }
    | undefined;
}

export interface WireModelList {
  readonly data: readonly WireModel[];
}
