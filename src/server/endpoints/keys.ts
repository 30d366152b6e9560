import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Keys, Manager } from '../../access/keys.ts';
import {
  changeKeyRequest,
  createKeyRequest,
  key,
  keyList,
  keyListQuery,
  revokeKeyRequest,
  rotateKeyRequest,
  shownKey,
} from '../../api/key.ts';
import { invalidValue } from '../../errors.ts';
import type { Endpoint } from '../endpoint.ts';
import { principalOf } from '../exchange.ts';
import { pathParameter } from '../path-parameter.ts';
import { validate } from '../requests/validate.ts';

const all = '/v1/manifold/keys';
const one = `${all}/:id`;
const tag = 'Keys';
const absent = { 404: 'There is no such key.' };
const conflict = { 409: 'Another request stands against this one.' };

/** Managing keys. What is asked for is checked field by field, and goes nowhere beyond the key that asks. */
export function keyRoutes(keys: Keys): Endpoint[] {
  return [
    {
      method: 'GET',
      path: all,
      access: 'admin',
      summary: 'List keys, in the order they were made',
      operation: { id: 'listKeys', tag, query: keyListQuery, response: keyList, failures: absent },
      async handle(request) {
        const query = validate(keyListQuery, { ...(request.query as object) });
        const data = await keys.list(managerOf(request), query);
        return { object: 'list', data, next: data.length === query.limit ? (data.at(-1)?.id ?? null) : null };
      },
    },
    {
      method: 'POST',
      path: all,
      access: 'admin',
      summary: 'Make a key; its text is shown in this answer and never again',
      operation: {
        id: 'createKey',
        tag,
        description: 'With an `Idempotency-Key`, asking twice makes one key; the second answer has no text.',
        requestBody: createKeyRequest,
        response: shownKey,
        status: 201,
        failures: { ...conflict },
      },
      async handle(request, reply) {
        const name = idempotencyKeyOf(request);
        const { key: made, plain } = await keys.create(managerOf(request), bodyOf(createKeyRequest, request), name);
        reply.code(201);
        return { ...made, key: plain };
      },
    },
    {
      method: 'GET',
      path: one,
      access: 'admin',
      summary: 'Describe a key',
      operation: { id: 'getKey', tag, response: key, failures: absent },
      handle: (request) => keys.get(managerOf(request), idOf(request)),
    },
    {
      method: 'PATCH',
      path: one,
      access: 'admin',
      summary: 'Change what a key may do; what is not named stays',
      operation: {
        id: 'changeKey',
        tag,
        requestBody: changeKeyRequest,
        response: key,
        failures: { ...absent, ...conflict },
      },
      handle: (request) => keys.change(managerOf(request), idOf(request), bodyOf(changeKeyRequest, request)),
    },
    {
      method: 'POST',
      path: `${one}/rotate`,
      access: 'admin',
      summary: 'Give a key a new text, shown in this answer and never again',
      operation: {
        id: 'rotateKey',
        tag,
        requestBody: rotateKeyRequest,
        response: shownKey,
        failures: { ...absent, ...conflict },
      },
      async handle(request) {
        const { overlapSeconds } = bodyOf(rotateKeyRequest, request);
        const { key: rotated, plain } = await keys.rotate(managerOf(request), idOf(request), overlapSeconds);
        return { ...rotated, key: plain };
      },
    },
    {
      method: 'POST',
      path: `${one}/revoke`,
      access: 'admin',
      summary: 'End a key for good',
      operation: { id: 'revokeKey', tag, response: key, failures: absent },
      async handle(request) {
        bodyOf(revokeKeyRequest, request);
        return keys.revoke(managerOf(request), idOf(request));
      },
    },
  ];
}

/** Who manages, for what they may do and for the audit log. */
export function managerOf(request: FastifyRequest): Manager {
  return { principal: principalOf(request.exchange), requestId: request.id };
}

/** A body that was left out asks for what is usual. */
function bodyOf<T extends z.ZodType>(schema: T, { body }: FastifyRequest): z.output<T> {
  return validate(schema, body ?? {});
}

function idOf(request: FastifyRequest): string {
  return pathParameter(request, 'id');
}

function idempotencyKeyOf({ headers }: FastifyRequest): string | undefined {
  const given = headers['idempotency-key'];
  if (given === undefined) return undefined;
  if (typeof given === 'string' && /^[\x21-\x7e]{1,255}$/.test(given)) return given;
  throw invalidValue('Idempotency-Key', 'up to 255 visible ASCII characters, such as a UUID, are accepted.');
}
