import { programFile } from '../../lib/program-file.ts';
import { ManifoldError, type ErrorCode } from '../../errors.ts';
import type { JsonBounds } from '../../lib/json-scan.ts';
import { createQuestionThread } from '../../lib/thread-questions.ts';

/** Parses bodies in a thread of its own. */
export interface BodyWorker {
  parse(bytes: Uint8Array): Promise<object>;
  close(): Promise<void>;
}

/** What the thread sends back. */
export type ParsedBody =
  | { readonly value: object }
  | { readonly error: { readonly code: ErrorCode; readonly message: string; readonly param: string | undefined } };

export function createBodyWorker(bounds: JsonBounds): BodyWorker {
  const program = programFile('./body-worker-thread', import.meta.url);
  const thread = createQuestionThread<Uint8Array, ParsedBody>(program, { workerData: bounds });
  return {
    async parse(bytes) {
      const copy = new Uint8Array(bytes);
      const answer = await thread.ask(copy, [copy.buffer]);
      if ('value' in answer) return answer.value;
      const { code, message, param } = answer.error;
      throw new ManifoldError(code, message, { param });
    },
    close: () => thread.close(),
  };
}
