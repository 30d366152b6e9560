import { z } from 'zod';
import { isObject } from '../lib/is-object.ts';
import { chatCompletionRequest } from './chat-completion-request.ts';
import { chatCompletion } from './chat-completion.ts';
import { embeddingList, embeddingRequest } from './embeddings.ts';
import { errorBody } from './error.ts';
import { laterEmbeddingParameters } from './later-embedding-parameters.ts';
import { laterParameters, type LaterParameter } from './later-parameters.ts';
import { chatMessage, imagePart } from './message.ts';
import { tool, toolCall } from './tool.ts';

type Json = Readonly<Record<string, unknown>>;

const string = { type: 'string' };
const later = 'Not supported yet: asking for it is a 400 that names it.';
const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/** The kinds of content as the contract's one object. */
function contentPartComponent(): Json {
  const image = asObject(jsonSchema(imagePart, 'input')['properties']);
  return {
    type: 'object',
    required: ['type'],
    properties: {
      type: { type: 'string', enum: ['text', 'image_url'] },
      text: string,
      image_url: { ...asObject(image['image_url']), description: 'In messages of the user, of models that see.' },
    },
  };
}

/** The named schemas of the API document, made from the schemas that validate and the table of later parameters. */
export function openapiComponents(): Json {
  return {
    ContentPart: contentPartComponent(),
    Tool: jsonSchema(tool, 'input'),
    ToolCall: jsonSchema(toolCall, 'input'),
    ChatMessage: messageComponent(),
    ChatCompletionRequest: requestComponent(),
    ChatCompletionResponse: responseComponent(),
    EmbeddingRequest: withRefused(jsonSchema(embeddingRequest, 'input'), laterEmbeddingParameters),
    EmbeddingResponse: jsonSchema(embeddingList, 'output'),
    Error: jsonSchema(errorBody, 'output'),
  };
}

/** A zod schema in the contract's dialect: an optional field takes `null` as absence, which is not repeated per field. */
export function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const document = wholeSchema(schema, io);
  return io === 'input' ? asObject(withoutNull(document)) : document;
}

/** A zod schema as it is: where `null` is taken it is said to be. */
export function wholeSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...document } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    // zod leaves the default of a transformed field out; ours describe what a client may omit.
    override({ zodSchema, jsonSchema: target }) {
      const meta = z.globalRegistry.get(zodSchema);
      if (meta && 'default' in meta) Object.assign(target, { default: meta['default'] });
      // The contract lists the one value there is.
      if (typeof target.const === 'string') {
        target.enum = [target.const];
        delete target.const;
      }
    },
  });
  return document;
}

/** The body of a chat completion. */
export function requestComponent(): Json {
  const own = jsonSchema(chatCompletionRequest, 'input');
  return {
    ...own,
    description: '`null` in an optional field means the field is absent.',
    properties: {
      ...asObject(own['properties']),
      messages: { type: 'array', minItems: 1, maxItems: 2048, items: reference('ChatMessage') },
      tools: { ...asObject(asObject(own['properties'])['tools']), items: reference('Tool') },
      ...refused(laterParameters),
    },
  };
}

/** A schema of a request and the properties that are known and not honoured. */
export function withRefused(own: Json, table: Readonly<Record<string, LaterParameter>>): Json {
  return { ...own, properties: { ...asObject(own['properties']), ...refused(table) } };
}

/** The properties that are known and not honoured. */
function refused(table: Readonly<Record<string, LaterParameter>>): Json {
  const named = Object.entries(table).map(([name, { schema }]) => [name, { ...schema, description: later }]);
  return Object.fromEntries(named);
}

/** The roles' schemas as the contract's one object: every property any role has. */
function messageComponent(): Json {
  const members = chatMessage.options.map((option) => asObject(jsonSchema(option, 'input')['properties']));
  const roles = chatMessage.options.flatMap((option) => {
    const role: z.ZodType = option.shape.role;
    return role instanceof z.ZodEnum ? role.options : role instanceof z.ZodLiteral ? [...role.values] : [];
  });
  return {
    type: 'object',
    required: ['role'],
    properties: {
      ...Object.assign({}, ...members),
      role: { type: 'string', enum: roles },
      // An answer has both keys always, null where there is nothing (wire rule R09).
      content: { oneOf: [string, { type: 'array', minItems: 1, items: reference('ContentPart') }, { type: 'null' }] },
      refusal: { type: ['string', 'null'] },
      tool_calls: { type: 'array', maxItems: 128, items: reference('ToolCall') },
    },
  };
}

function responseComponent(): Json {
  const own = jsonSchema(chatCompletion, 'output');
  const properties = asObject(own['properties']);
  const choices = asObject(properties['choices']);
  const choice = asObject(choices['items']);
  const choiceProperties = { ...asObject(choice['properties']), message: reference('ChatMessage') };
  return {
    ...own,
    properties: { ...properties, choices: { ...choices, items: { ...choice, properties: choiceProperties } } },
  };
}

/** `anyOf: [X, null]` and `type: [X, null]` as X. */
function withoutNull(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNull);
  if (typeof value !== 'object' || value === null) return value;
  const { anyOf, ...given } = asObject(value);
  const rest = Array.isArray(given['type']) ? { ...given, type: given['type'].find((type) => type !== 'null') } : given;
  const copy = Object.fromEntries(Object.entries(rest).map(([key, item]) => [key, withoutNull(item)]));
  if (!Array.isArray(anyOf)) return copy;
  const branches = anyOf.filter((branch) => asObject(branch)['type'] !== 'null').map(withoutNull);
  return branches.length === 1 ? { ...asObject(branches[0]), ...copy } : { ...copy, oneOf: branches };
}

function asObject(value: unknown): Json {
  return isObject(value) ? { ...value } : {};
}
