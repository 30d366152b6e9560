import type { ChatCompletionChunk } from '../api/chat-completion-chunk.ts';
import type { EngineRequest } from '../api/internal/engine-request.ts';
import type { Caller } from '../engines/engine.ts';
import { abortable } from '../lib/abortable.ts';
import { estimatePrompt } from './accounts/account-bounds.ts';
import { admit } from './admit.ts';
import type { BusyModels } from './busy-models.ts';
import { callerOf } from './caller-of.ts';
import type { Circumstances } from './circumstances.ts';
import { commit } from './answers/commit.ts';
import { createIdentity } from './answers/identity.ts';
import { longestContext } from './models/longest-context.ts';
import { meter, type MeterSink } from './meter.ts';
import type { Models } from './models/models.ts';
import { normalize } from './answers/normalize.ts';
import { opened } from './opened.ts';
import { tokensIn } from './tokens-in.ts';
import { createTurn } from './turn.ts';
import { verify, type FindProblem } from './answers/verify.ts';

interface Parts {
  readonly models: Models;
  readonly busyModels: BusyModels;
  readonly limits: { readonly maxChoices: number };
  readonly tokensPerImage: () => number;
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

/** The one way a request reaches a model: resolve, admit, wait for its turn, run, verify, meter. */
export function createChat(parts: Parts): Chat {
  const { models, busyModels, limits, tokensPerImage, commitAfterMs, sink, findProblem } = parts;
  return async (request, circumstances) => {
    const { signal, principal, measurement, account, sharedTurn } = circumstances;
    const model = models.usableBy(principal).resolve(request.model);
    const { id, engine } = model;
    admit(request, limits);
    let promptTokens: number | undefined;
    let heldPieces = 0;
    let heardTokens = 0;
    // What is echoed was not generated, and comes joined with what was.
    const tokensOf = request.echo ? () => 1 : tokensIn;
    const caller: Caller = {
      ...callerOf(circumstances, { model: id, sink }),
      onHeld: (pieces) => void (heldPieces = pieces),
      onPromptTokens: (tokens) => {
        promptTokens = tokens;
        account?.promptRead(tokens);
      },
    };
    const { keyId: key, weight } = principal;
    const wanting = { key, weight, priority: request.priority, places: request.n * (sharedTurn?.parts ?? 1) };
    const enter = () => busyModels.enter(model, wanting, signal);
    const turn = createTurn(enter);
    const run = abortable(
      opened(async () => {
        await (sharedTurn ? sharedTurn.take(enter) : turn.take());
        account?.begin();
        const chunks = await engine.chat(request, signal, caller);
        measurement.isAccepted = true;
        return chunks;
      }),
      signal,
    );
    const verified = verify(run, request, findProblem, signal, (choice) => void (heardTokens += tokensOf(choice)));
    const answer = normalize(verified, createIdentity(request.model, request.request_id), request.n);
    const measured = meter(answer, {
      model: id,
      measurement,
      sink,
      signal,
      estimatePrompt() {
        const facts = { contextLength: longestContext(engine), tokensPerImage: tokensPerImage() };
        // An engine that makes one choice at a time reads the prompt for each.
        const readings = measurement.emulated?.includes('n') ? request.n : 1;
        return (promptTokens ?? estimatePrompt(request, facts)) * readings;
      },
      heldTokens: () => Math.max(heldPieces, heardTokens),
      tokensIn: tokensOf,
      mostTokens: (request.max_tokens ?? Infinity) * request.n,
      onEnd: () => turn.end(),
      account,
    });
    // A plain answer has nothing to send early, so it stays able to fail with a status until it is complete.
    return commit(measured, request.stream ? commitAfterMs : Infinity);
  };
}
