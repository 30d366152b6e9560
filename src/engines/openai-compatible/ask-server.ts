import type { ChatCompletionChunk } from '../../api/chat-completion-chunk.ts';
import type { EngineRequest } from '../../api/internal/engine-request.ts';
import { emulatedHeader } from '../../api/internal/engine-host.ts';
import { ManifoldError } from '../../errors.ts';
import type { Caller } from '../engine.ts';
import type { Quirks } from '../quirks/quirks.ts';
import { connectionFailure } from './connection-failure.ts';
import type { Endpoint } from './endpoint.ts';
import { readEvents } from './answer-events.ts';
import { emulatedNames } from './emulated-names.ts';
import { createAnswerReader, type AnswerReader } from './read-answer.ts';
import { readJson } from './read-json.ts';
import type { AnswerBody } from './send-request.ts';
import type { WordedRequest } from './worded-request.ts';

interface Asked {
  readonly endpoint: Endpoint;
  readonly quirks: Quirks;
  readonly request: EngineRequest;
  readonly worded: WordedRequest;
}

/**
 * Sends one request and gives its answer as the seam wants it. Resolves when the server accepted it. A stream that
 * ends before every choice did throws `engine_disconnected`; one that only lacks its `[DONE]` is whole, also where the
 * server holds it open. Leaving the iteration, or the signal, closes the connection.
 */
export async function askServer(
  asked: Asked,
  signal: AbortSignal,
  caller: Caller,
): Promise<AsyncIterable<ChatCompletionChunk>> {
  const { endpoint, request, worded } = asked;
  const response = await endpoint.post(worded.path, worded.body, signal, caller).catch((failure: unknown) => {
    throw inClientsWords(failure, worded.names);
  });
  const emulated = [...worded.emulated, ...emulatedNames(response.headers[emulatedHeader])];
  if (emulated.length > 0) caller.onEmulated?.([...new Set(emulated)]);
  const reader = createAnswerReader(request, {
    explain: (status, body) => endpoint.explain(status, body),
    onEstimated: caller.onEstimated,
  });
  const type = String(response.headers['content-type'] ?? '').toLowerCase();
  if (type.includes('text/event-stream')) return streamed(response.body, reader, signal);
  if (!type.includes('json')) {
    response.body.leave();
    throw new ManifoldError('upstream_failed', 'The engine answered with something that is no answer of a model.');
  }
  return plain(response.body, reader, signal);
}

/** A refusal that names the field as the client does. */
function inClientsWords(failure: unknown, names: WordedRequest['names']): unknown {
  if (!(failure instanceof ManifoldError) || failure.param === undefined) return failure;
  const { code, message, param, cause } = failure;
  const name = names.get(param);
  if (name === undefined || name === param) return failure;
  return new ManifoldError(code, message.replace(`\`${param}\``, `\`${name}\``), { param: name, cause });
}

function streamed(body: AnswerBody, reader: AnswerReader, signal: AbortSignal): AsyncIterable<ChatCompletionChunk> {
  return readEvents(body, {
    read(data) {
      // Some keep a connection alive by events of nothing.
      if (data.trim() === '') return undefined;
      const chunk = reader.read(parse(data));
      if (reader.isWhole()) body.expectEnd();
      return chunk;
    },
    end(isDone) {
      if (isDone || reader.isComplete()) return reader.close();
      throw new ManifoldError('engine_disconnected', 'The engine ended the stream before the answer was complete.');
    },
    lost(cause) {
      const failure = connectionFailure(cause, signal);
      // Nothing is missing but the end.
      if (failure.code === 'engine_disconnected' && reader.isWhole()) return reader.close();
      throw failure;
    },
  });
}

/** A plain answer, in one chunk. */
async function plain(
  body: AnswerBody,
  reader: AnswerReader,
  signal: AbortSignal,
): Promise<AsyncIterable<ChatCompletionChunk>> {
  const value = await readJson(body).catch((cause: unknown) => {
    throw connectionFailure(cause, signal);
  });
  const chunk = reader.read(value);
  return (async function* whole() {
    if (chunk !== undefined) yield chunk;
    yield reader.close();
  })();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ManifoldError('engine_error', 'The engine sent something that is not JSON.', { cause });
  }
}
