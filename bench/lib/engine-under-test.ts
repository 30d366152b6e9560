import type { Dispatcher } from 'undici';

/** A running server that speaks chat completions, and what is needed to ask it and to watch it. */
export interface EngineUnderTest extends AsyncDisposable {
  readonly name: EngineName;
  readonly url: string;
  readonly model: string;
  readonly dispatcher: Dispatcher;
  /** The process that speaks HTTP. */
  readonly pid: number;
}

export type EngineName = 'manifold' | 'llama-server';

/** The shape in which every engine serves, so that they can be compared. */
export interface ServingShape {
  readonly modelPath: string;
  readonly threads: number;
  readonly slots: number;
  /** Tokens per slot. */
  readonly context: number;
}
