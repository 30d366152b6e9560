import { z } from 'zod';
import { jsonSchema, openapiComponents, wholeSchema } from '../api/openapi-components.ts';
import { neighbourComponents } from '../api/openapi-neighbours.ts';
import { documentedPath } from './documented-path.ts';
import type { Endpoint, Operation } from './endpoint.ts';
import { needsBody } from './needs-body.ts';
import { requestExamples } from './request-examples.ts';

type Json = Readonly<Record<string, unknown>>;

const tags = [
  'Chat',
  'Completions',
  'Embeddings',
  'Tokens',
  'Models',
  'Local models',
  'Keys',
  'Usage',
  'Health',
  'Management',
  'Documentation',
] as const;

/** The API document, made from the route table and the schemas that validate: it cannot drift from either. */
export function createOpenapi(endpoints: readonly Endpoint[], release: string): object {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { operation, ...endpoint } of endpoints) {
    if (!operation) continue;
    const path = documentedPath({ ...endpoint, operation });
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: describe(endpoint, operation) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Manifold',
      description: 'The NVIDIA NIM chat-completions API in front of any engine.',
      version: release,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'This server' }],
    security: [{ BearerAuth: [] }],
    tags: tags.map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        BearerAuth: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'nvapi-...',
          description: 'Use `Authorization: Bearer nvapi-...`.',
        },
      },
      schemas: { ...openapiComponents(), ...neighbourComponents() },
    },
  };
}

function describe({ access, isMetered, summary, path }: Omit<Endpoint, 'operation'>, operation: Operation): Json {
  const { id, tag, description, requestBody, query, failures, status: ofSuccess = 200 } = operation;
  const parameters = [...pathParameters(path, operation), ...queryParameters(operation)];
  return {
    operationId: id,
    summary,
    ...(description && { description }),
    tags: [tag],
    ...(access === 'public' && { security: [] }),
    ...(parameters.length > 0 && { parameters }),
    ...(requestBody && {
      requestBody: { required: needsBody(operation), content: { 'application/json': contentOf(requestBody) } },
    }),
    responses: {
      [ofSuccess]: success(operation),
      ...((requestBody ?? query) && { 400: failure('Invalid request.') }),
      ...(access !== 'public' && { 401: failure('Missing or invalid API key.') }),
      ...(access !== 'public' && access !== 'key' && { 403: failure('The API key may not do this.') }),
      ...(isMetered && { 429: failure('A limit is reached, or the model is busy.') }),
      ...Object.fromEntries(Object.entries(failures ?? {}).map(([status, text]) => [status, failure(text)])),
      500: failure('The server or the model failed.'),
      default: failure('Any other failure; its `code` says which.'),
    },
  };
}

function contentOf(schema: NonNullable<Operation['requestBody']>): Json {
  const value = typeof schema === 'string' ? requestExamples[schema] : undefined;
  // The viewer of `/docs` does not look at `example`.
  return { schema: bodyOf(schema), ...(value && { examples: { short: { summary: 'Short', value } } }) };
}

function pathParameters(path: string, { restName }: Operation): Json[] {
  const parts = [...path.matchAll(/:(\w+)/g)].flatMap(([, name]) => name ?? []);
  const names = restName === undefined ? parts : [...parts, restName];
  return names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
}

function queryParameters({ query }: Operation): Json[] {
  const shape: Readonly<Record<string, z.ZodType>> = query?.shape ?? {};
  return Object.entries(shape).map(([name, schema]) => ({
    name,
    in: 'query',
    required: !schema.safeParse(undefined).success,
    schema: jsonSchema(schema, 'input'),
  }));
}

function success({ response, responseType = 'application/json', textTypes = [], streams }: Operation): Json {
  const events = { type: 'string', description: 'Events of `data: ` and one JSON chunk, ended by `data: [DONE]`.' };
  return {
    description: streams ? 'The answer, or a stream of it when `stream` is true.' : 'The answer.',
    content: {
      [responseType]: { schema: schemaOf(response) },
      ...Object.fromEntries(textTypes.map((type) => [type, { schema: { type: 'string' } }])),
      ...(streams && { 'text/event-stream': { schema: events } }),
    },
  };
}

function failure(description: string): Json {
  return { description, content: { 'application/json': { schema: named('Error') } } };
}

/** Of a key `null` says something: that there is to be none. */
function bodyOf(schema: NonNullable<Operation['requestBody']>): Json {
  return typeof schema === 'string' ? named(schema) : wholeSchema(schema, 'input');
}

function schemaOf(schema: Operation['response']): Json {
  if (typeof schema === 'string') return named(schema);
  return schema instanceof z.ZodType ? jsonSchema(schema, 'output') : schema;
}

function named(component: string): Json {
  return { $ref: `#/components/schemas/${component}` };
}
