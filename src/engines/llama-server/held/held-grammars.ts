import { createHash } from 'node:crypto';
import { ManifoldError, type ErrorCode } from '../../../errors.ts';
import { tooExpensiveGrammar } from '../../../formats/answer-grammar.ts';
import { programFile } from '../../../lib/program-file.ts';
import { createThreadJobs } from '../../../lib/thread-jobs.ts';
import type { HeldGrammar, HeldOrder } from './write-held-grammar.ts';

/** Has grammars written in a thread, and keeps those that were used last: an application asks for the same again. */
export interface HeldGrammars {
  of(order: HeldOrder): Promise<HeldGrammar>;
  close(): Promise<void>;
}

/** What the thread sends back. */
export type HeldAnswer =
  | { readonly written: HeldGrammar }
  | { readonly error: { readonly code: ErrorCode; readonly message: string; readonly param: string | undefined } };

const bounds = { timeoutMs: 2000, heapMegabytes: 96 };
const mostKept = 64;

export function createHeldGrammars(): HeldGrammars {
  const jobs = createThreadJobs<HeldOrder, HeldAnswer>({
    ...bounds,
    program: programFile('./held-grammar-thread', import.meta.url),
    tooExpensive: tooExpensiveGrammar,
  });
  const kept = new Map<string, Promise<HeldGrammar>>();

  const write = async (order: HeldOrder): Promise<HeldGrammar> => {
    const answer = await jobs.run(order);
    if ('written' in answer) return answer.written;
    const { code, message, param } = answer.error;
    throw new ManifoldError(code, message, { param });
  };

  return {
    of(order) {
      const digest = createHash('sha256').update(JSON.stringify(order)).digest('base64');
      const known = kept.get(digest);
      const grammar = known ?? write(order);
      // Put at the end: the first is then the longest unused.
      kept.delete(digest);
      kept.set(digest, grammar);
      if (known === undefined) grammar.catch(() => kept.get(digest) === grammar && kept.delete(digest));
      const [oldest] = kept.keys();
      if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
      return grammar;
    },
    close: () => jobs.close(),
  };
}
