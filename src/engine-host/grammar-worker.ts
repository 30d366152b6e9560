import { tooExpensiveGrammar, tooManyGrammars, type GrammarOrder } from '../formats/answer-grammar.ts';
import { ManifoldError, type ErrorCode } from '../errors.ts';
import { programFile } from '../lib/program-file.ts';
import { createThreadJobs, type JobBounds } from '../lib/thread-jobs.ts';
import type { WrittenGrammar } from './write-grammar.ts';

/** Writes grammars in a thread of its own, one at a time, in the order they were asked for. */
export interface GrammarWorker {
  /**
   * Rejects with the ManifoldError that writing throws, with 400 `unsupported_schema` when it takes too much, and with
   * 503 `engine_overloaded` when too many wait already.
   */
  write(order: GrammarOrder): Promise<WrittenGrammar>;
  close(): Promise<void>;
}

/** What the thread sends back. */
export type GrammarAnswer =
  | { readonly written: WrittenGrammar }
  | {
      readonly error: {
        readonly code: ErrorCode;
        readonly message: string;
        readonly param: string | undefined;
        readonly cause: string | undefined;
      };
    };

/** What one grammar may take; the work behind it is bounded too, so that this is for what nobody thought of. */
const defaultBounds: JobBounds = { timeoutMs: 2000, heapMegabytes: 96 };

export function createGrammarWorker(bounds: JobBounds = defaultBounds): GrammarWorker {
  const jobs = createThreadJobs<GrammarOrder, GrammarAnswer>({
    ...bounds,
    program: programFile('./grammar-thread', import.meta.url),
    tooExpensive: tooExpensiveGrammar,
    tooMany: tooManyGrammars,
  });
  return {
    async write(order) {
      const answer = await jobs.run(order);
      if ('written' in answer) return answer.written;
      const { code, message, param, cause } = answer.error;
      throw new ManifoldError(code, message, { param, cause });
    },
    close: () => jobs.close(),
  };
}
