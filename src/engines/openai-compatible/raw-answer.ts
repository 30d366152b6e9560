import type { ChatCompletionChunk, Delta } from '../../api/chat-completion-chunk.ts';
import type { EngineRequest } from '../../api/internal/engine-request.ts';
import { toolDefinitions } from '../../formats/answer-grammar.ts';
import { createAnswerParser, type AnswerParser, type AnswerPart } from '../../formats/answer-parser.ts';
import { everyFormat } from '../../formats/recognise-format.ts';
import { createCallRepair, type CallRepair } from './call-repair.ts';

type Choice = ChatCompletionChunk['choices'][number];

interface Reading {
  readonly parser: AnswerParser;
  readonly calls: CallRepair;
}

/** The names that `answerFormat` may have. */
export const answerFormats: readonly string[] = everyFormat.map(({ name }) => name);

/**
 * The answer of a server that leaves reasoning and calls in the text, told apart as the model's family writes them.
 * An end by the model is an end of its calls; a limit leaves what is open open.
 */
export async function* readRawAnswer(
  chunks: AsyncIterable<ChatCompletionChunk>,
  request: EngineRequest,
  formatName: string,
): AsyncGenerator<ChatCompletionChunk> {
  const format = everyFormat.find(({ name }) => name === formatName);
  if (format === undefined || request.prompt !== undefined) {
    yield* chunks;
    return;
  }
  const tools = toolDefinitions(request.tools ?? []);
  yield* readTexts(chunks, () => createAnswerParser(format, { tools, promptEnd: '', separatesReasoning: true }));
}

/** The same with a parser of one's own for each choice. */
export async function* readTexts(
  chunks: AsyncIterable<ChatCompletionChunk>,
  createParser: () => AnswerParser,
): AsyncGenerator<ChatCompletionChunk> {
  const readings = new Map<number, Reading>();
  const readingOf = (index: number): Reading => {
    const known = readings.get(index);
    if (known !== undefined) return known;
    const reading = { parser: createParser(), calls: createCallRepair([]) };
    readings.set(index, reading);
    return reading;
  };
  for await (const chunk of chunks) {
    const choices = chunk.choices.flatMap((choice) => readChoice(choice, readingOf(choice.index)));
    if (choices.length > 0 || chunk.choices.length === 0) yield { ...chunk, choices };
  }
}

function readChoice(choice: Choice, { parser, calls }: Reading): Choice[] {
  const { content, ...rest } = choice.delta;
  const parts = parser.push(content ?? '');
  if (choice.finish_reason) parts.push(...parser.end(choice.finish_reason === 'length' ? 'cut' : 'complete'));
  const { index } = choice;
  const pieces = parts.flatMap((part) => deltaOf(part, calls)).map((delta) => ({ index, delta, finish_reason: null }));
  const isEnd = Boolean(choice.finish_reason);
  const isLeft = Object.keys(rest).length > 0 || isEnd || choice.logprobs !== null || choice.token_ids !== undefined;
  const [first] = pieces;
  // Log probabilities are those of the text that came, whatever it turns out to be.
  return [
    ...pieces.map((piece) => ({ ...piece, logprobs: piece === first ? choice.logprobs : null })),
    ...(isLeft ? [{ ...choice, delta: rest, logprobs: first === undefined ? choice.logprobs : null }] : []),
  ];
}

function deltaOf(part: AnswerPart, calls: CallRepair): Delta[] {
  switch (part.kind) {
    case 'content':
      return [{ content: part.text }];
    case 'reasoning':
      return [{ reasoning_content: part.text }];
    case 'call':
      return [{ tool_calls: calls.take([{ index: part.index, id: part.id, function: { name: part.name } }]) }];
    case 'arguments':
      return [{ tool_calls: calls.take([{ index: part.index, function: { arguments: part.text } }]) }];
    case 'call-end':
      return [];
    default:
      return part satisfies never;
  }
}
