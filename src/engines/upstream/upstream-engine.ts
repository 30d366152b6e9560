import type { ChatCompletionChunk } from '../../api/chat-completion-chunk.ts';
import type { EngineRequest } from '../../api/internal/engine-request.ts';
import type { Caller, Engine } from '../engine.ts';
import { askForVectors } from '../openai-compatible/ask-for-vectors.ts';
import { askServer } from '../openai-compatible/ask-server.ts';
import { countOnly } from '../openai-compatible/count-only.ts';
import { checkedJson } from '../openai-compatible/checked-json.ts';
import { fanOut } from '../openai-compatible/fan-out.ts';
import { learnFromRefusal } from '../openai-compatible/learn-from-refusal.ts';
import { tokenToolsOf } from '../openai-compatible/token-tools-of.ts';
import { wordRequest, type WordedRequest } from '../openai-compatible/worded-request.ts';
import type { Quirks } from '../quirks/quirks.ts';
import type { AdaptiveLimit } from './adaptive-limit.ts';
import type { Endpoint } from '../openai-compatible/endpoint.ts';
import { limited, type Waiting } from './limited.ts';
import type { Monitor } from './monitor.ts';

interface Parts {
  readonly endpoint: Endpoint;
  readonly monitor: Pick<Monitor, 'stateOf' | 'seesImages' | 'othersWork'>;
  readonly quirks: Quirks;
  /** What the server calls the model. */
  readonly model: string;
  readonly limit?: AdaptiveLimit | undefined;
  readonly answerFormat?: string | undefined;
  /** Whether its models see, where the configuration says so. */
  readonly images?: boolean | undefined;
  /** Another way to ask for some requests; undefined for those that go the usual way. */
  readonly askApart?: AskApart | undefined;
}

export type AskApart = (
  request: EngineRequest,
  signal: AbortSignal,
  caller: Caller,
) => Promise<AsyncIterable<ChatCompletionChunk> | undefined>;

/** A model of a server elsewhere as an engine. Neither started nor ended here: whoever runs it does both. */
export function createUpstreamEngine(parts: Parts): Engine {
  const { endpoint, monitor, quirks, model, limit, answerFormat, images, askApart } = parts;
  /** What refusals have told of this model, by how much it was to reason: some take sampling where they do not. */
  const learnt = new Map<EngineRequest['reasoning_effort'], Quirks>();
  const quirksFor = ({ reasoning_effort: effort }: EngineRequest) => learnt.get(effort) ?? quirks;
  const wordsFor = (request: EngineRequest, { cacheSalt }: Caller) =>
    wordRequest(request, quirksFor(request), model, cacheSalt);

  const inItsTurn = <T>(open: () => Promise<AsyncIterable<T>>, signal: AbortSignal, waiting: Waiting) =>
    limit === undefined ? open() : limited(limit, open, signal, waiting);

  const askOnce = async (request: EngineRequest, signal: AbortSignal, caller: Caller, waitMs?: number) => {
    const apart = await askApart?.(request, signal, caller);
    if (apart !== undefined) return apart;
    const askIn = async (words: Quirks, worded: WordedRequest): Promise<AsyncIterable<ChatCompletionChunk>> => {
      try {
        return await askServer({ endpoint, quirks: words, request, worded }, signal, caller);
      } catch (failure) {
        if (learnFromRefusal(failure, words) === undefined) throw failure;
        // A request beside this one may have learnt it, or more.
        const known = quirksFor(request);
        learnt.set(request.reasoning_effort, learnFromRefusal(failure, known) ?? known);
        return askIn(quirksFor(request), wordsFor(request, caller));
      }
    };
    const [words, worded] = [quirksFor(request), wordsFor(request, caller)];
    const stream = await inItsTurn(() => askIn(words, worded), signal, { onWait: caller.onWait, waitMs });
    if (answerFormat === undefined) return stream;
    // Loaded where it is used: hardly any server leaves reading to others, and the families are many.
    const { readRawAnswer } = await import('../openai-compatible/raw-answer.ts');
    return readRawAnswer(stream, request, answerFormat);
  };

  const ask = async (
    request: EngineRequest,
    signal: AbortSignal,
    caller: Caller,
  ): Promise<AsyncIterable<ChatCompletionChunk>> => {
    if (request.n === 1 || quirks.fields.n !== 'emulated') return askOnce(request, signal, caller);
    // What can be refused is refused before the first of several requests is sent.
    wordsFor(request, caller);
    const named: Caller = {
      ...caller,
      onEmulated: (names) => caller.onEmulated?.(['n', ...names.filter((name) => name !== 'n')]),
    };
    const askOne = (one: EngineRequest, each: AbortSignal, hasBegun: boolean) =>
      askOnce(one, each, named, hasBegun ? Infinity : undefined);
    const stream = await fanOut(request, askOne, signal);
    named.onEmulated?.(wordsFor(request, caller).emulated);
    return stream;
  };

  const tools = tokenToolsOf({ endpoint, quirks, model });
  return {
    name: quirks.kind,
    state: () => monitor.stateOf(model),
    othersWork: () => monitor.othersWork(),
    ...(limit && { isFull: () => limit.isFull }),
    // Few servers say whether a model sees; one that does not refuses images itself.
    acceptsImages: () => images ?? monitor.seesImages(model) ?? true,
    async chat(request, signal, caller: Caller = { cacheSalt: '' }) {
      if (request.prompt !== undefined && request.max_tokens === 0) {
        // Nothing is generated, but what the server cannot honour is refused all the same.
        wordsFor(request, caller);
        return countOnly(request, tools.tokenize, signal, caller.trace);
      }
      const isToCheck = request.output?.kind === 'json' && quirks.checksJson === true;
      return isToCheck ? checkedJson(() => ask(request, signal, caller), caller) : ask(request, signal, caller);
    },
    embed: (request, signal, caller) =>
      inItsTurn(() => askForVectors({ endpoint, quirks, model }, request, signal, caller), signal, {
        onWait: caller?.onWait,
      }),
    ...tools,
    start: async () => undefined,
    close: async () => undefined,
  };
}
