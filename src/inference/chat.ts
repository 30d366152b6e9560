import { tenantOf } from '../access/tenant.ts';
import type { ChatCompletionChunk } from '../api/chat-completion-chunk.ts';
import type { EngineRequest } from '../api/internal/engine-request.ts';
import type { Caller } from '../engines/engine.ts';
import { abortable } from '../lib/abortable.ts';
import { admit } from './admit.ts';
import type { Circumstances } from './circumstances.ts';
import { commit } from './commit.ts';
import { createIdentity } from './identity.ts';
import { meterLostAttempt } from './meter-lost-attempt.ts';
import { meter, type MeterSink } from './meter.ts';
import type { Models } from './models.ts';
import { normalize } from './normalize.ts';
import { opened } from './opened.ts';
import { verify, type FindProblem } from './verify.ts';

interface Parts {
  readonly models: Models;
  readonly limits: { readonly maxChoices: number };
  readonly commitAfterMs: number;
  readonly sink: MeterSink;
  readonly findProblem: FindProblem;
}

/**
 * One request through one model. What it throws can still become an HTTP status; what the stream throws
 * cannot. The stream always ends with a usage chunk.
 */
export type Chat = (
  request: EngineRequest,
  circumstances: Circumstances,
) => Promise<AsyncIterable<ChatCompletionChunk>>;

/** The one way a request reaches a model: resolve, admit, run, verify, meter. */
export function createChat({ models, limits, commitAfterMs, sink, findProblem }: Parts): Chat {
  return async (request, { signal, principal, trace, measurement }) => {
    const { id, engine } = models.usableBy(principal).resolve(request.model);
    admit(request, limits);
    const caller: Caller = {
      cacheSalt: tenantOf(principal),
      onEmulated: (names) => void (measurement.emulated = names),
      onLostAttempt: (used) => meterLostAttempt(used, { model: id, measurement, sink }),
      onEstimated: () => void (measurement.isEstimated = true),
      trace,
    };
    const run = abortable(
      opened(() => engine.chat(request, signal, caller)),
      signal,
    );
    const verified = verify(run, request, findProblem, signal);
    const answer = normalize(verified, createIdentity(request.model, request.request_id), request.n);
    const measured = meter(answer, { model: id, measurement, sink, signal });
    // A plain answer has nothing to send early, so it stays able to fail with a status until it is complete.
    return commit(measured, request.stream ? commitAfterMs : Infinity);
  };
}
