import { createHash } from 'node:crypto';
import { ManifoldError, type ErrorCode } from '../../../errors.ts';
import { tooExpensiveGrammar, tooManyGrammars, type GrammarOrder } from '../../../formats/answer-grammar.ts';
import { programFile } from '../../../lib/program-file.ts';
import { createThreadJobs } from '../../../lib/thread-jobs.ts';
import type { ServerGrammar } from './server-grammar.ts';
import type { TemplateFacts } from './template-facts.ts';

/** Looks at templates and writes grammars in a thread, and keeps what was asked for last. */
export interface TemplateWorker {
  describe(template: string): Promise<TemplateFacts>;
  write(order: GrammarOrder): Promise<ServerGrammar>;
  close(): Promise<void>;
}

export type TemplateOrder = { readonly describe: string } | { readonly write: GrammarOrder };

/** What the thread sends back. */
export type TemplateAnswer =
  | { readonly result: TemplateFacts | ServerGrammar }
  | { readonly error: { readonly code: ErrorCode; readonly message: string; readonly param: string | undefined } };

const bounds = { timeoutMs: 2000, heapMegabytes: 96 };
const mostKept = 64;

export function createTemplateWorker(): TemplateWorker {
  const jobs = createThreadJobs<TemplateOrder, TemplateAnswer>({
    ...bounds,
    program: programFile('./template-thread', import.meta.url),
    tooMany: tooManyGrammars,
    tooExpensive: (order) =>
      'write' in order
        ? tooExpensiveGrammar(order.write)
        : new ManifoldError('model_unavailable', "The model's chat template takes too much time.", { param: 'model' }),
  });
  const kept = new Map<string, Promise<TemplateFacts | ServerGrammar>>();

  const run = async (order: TemplateOrder) => {
    const answer = await jobs.run(order);
    if ('result' in answer) return answer.result;
    const { code, message, param } = answer.error;
    throw new ManifoldError(code, message, { param });
  };
  const ask = (order: TemplateOrder) => {
    const digest = createHash('sha256').update(JSON.stringify(order)).digest('base64');
    const known = kept.get(digest);
    const result = known ?? run(order);
    // Put at the end: the first is then the longest unused.
    kept.delete(digest);
    kept.set(digest, result);
    if (known === undefined) result.catch(() => kept.get(digest) === result && kept.delete(digest));
    const [oldest] = kept.keys();
    if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
    return result;
  };

  return {
    describe: async (template) => (await ask({ describe: template })) as TemplateFacts,
    write: async (order) => (await ask({ write: order })) as ServerGrammar,
    close: () => jobs.close(),
  };
}
