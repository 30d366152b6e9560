import { z } from 'zod';
import { limitSet } from './limit-set.ts';

/** What a key may be used for. */
export const scope = z.enum(['inference', 'metrics', 'admin']);
export type Scope = z.infer<typeof scope>;
const printable = z
  .string()
  .min(1)
  .max(200)
  .regex(/^\P{C}+$/u, 'Write it without control characters');
const team = z.string().regex(/^[\da-z][\w.-]{0,63}$/i, 'Letters, digits, `.`, `_` and `-`; at most 64 of them');
const labels = z
  .record(z.string().regex(/^[\da-z][\w./-]{0,63}$/i), z.string().max(200))
  .refine((given) => Object.keys(given).length <= 32, 'At most 32 labels');
const patterns = z.array(printable).max(128);

/** What a key may do and whose it is, as people write it. A field that is left out has the value described. */
export const keySettings = {
  /** Default: none. */
  name: printable.nullable(),
  owner: printable.nullable(),
  /** Keys of a team share its limits, and what was computed for its prompts. */
  team: team.nullable(),
  labels,
  /** Default: `inference`. */
  scopes: z.array(scope).min(1).max(3),
  /** Ids, globs (`meta/*`) and families (`family:llama`). Default, and null: every model. */
  models: patterns.nullable(),
  /** Paths of routes, or globs of them. Default, and null: every endpoint of its scopes. */
  endpoints: patterns.nullable(),
  limits: limitSet,
  /** Share of a busy model beside others' keys. Default: 1. */
  weight: z.number().min(0.01).max(1000),
  /** Default, and null: never. */
  expiresAt: z.iso.datetime({ offset: true }).nullable(),
};

const defaults = {
  name: keySettings.name.default(null),
  owner: keySettings.owner.default(null),
  team: keySettings.team.default(null),
  labels: keySettings.labels.default({}),
  scopes: keySettings.scopes.default(['inference']),
  models: keySettings.models.default(null),
  endpoints: keySettings.endpoints.default(null),
  limits: keySettings.limits.default({}),
  weight: keySettings.weight.default(1),
  expiresAt: keySettings.expiresAt.default(null),
};

/** `POST /v1/manifold/keys`. */
export const createKeyRequest = z.strictObject(defaults);
export type CreateKeyRequest = z.infer<typeof createKeyRequest>;

/** `PATCH /v1/manifold/keys/{id}`: what is named is replaced, the rest stays. */
export const changeKeyRequest = z.strictObject({
  ...z.object(keySettings).partial().shape,
  /** A paused key opens nothing until it is active again. Revoking is final and has a route of its own. */
  status: z.enum(['active', 'paused']).optional(),
});
export type ChangeKeyRequest = z.infer<typeof changeKeyRequest>;

/** `POST /v1/manifold/keys/{id}/rotate`. */
export const rotateKeyRequest = z.strictObject({
  /** For how long the key's earlier text still works. Default: it ends at once. */
  overlapSeconds: z
    .int()
    .min(0)
    .max(90 * 24 * 3600)
    .default(0),
});

/** `POST /v1/manifold/keys/{id}/revoke`: there is nothing to say. */
export const revokeKeyRequest = z.strictObject({});

/** A key as it is shown: never its text, of which only the beginning is kept. */
export const key = z.object({
  object: z.literal('key'),
  id: z.string(),
  status: z.enum(['active', 'paused', 'revoked', 'expired']),
  createdAt: z.iso.datetime(),
  /** The texts that open something now; several while a rotation overlaps. */
  secrets: z.array(
    z.object({ prefix: z.string(), createdAt: z.iso.datetime(), expiresAt: z.iso.datetime().nullable() }),
  ),
  ...keySettings,
});
export type Key = z.infer<typeof key>;

/** A key with its text, which is told once: null when the same request is answered again too late. */
export const shownKey = z.object({ ...key.shape, key: z.string().nullable() });

/** Newest last; `next` is the `after` of the next page. */
export const keyList = z.object({ object: z.literal('list'), data: z.array(key), next: z.string().nullable() });

/** `GET /v1/manifold/keys?…`, and the same for what was done with them. */
export const keyListQuery = z.strictObject({
  team: team.optional(),
  after: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

/** Letters of the name of what something was done to; a longer one is cut. */
export const longestTarget = 256;

export const auditQuery = z.strictObject({
  target: z.string().max(longestTarget).optional(),
  before: z.coerce.number().int().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

/** One thing that was done to a key or to the server's models, by whom. Newest first. */
export const auditEntry = z.object({
  id: z.int(),
  at: z.iso.datetime(),
  /** Id of the key it was done with, or `cli` for the command line of the server's own machine. */
  actor: z.string(),
  action: z.enum(['create', 'change', 'rotate', 'revoke', 'reset', 'import', 'pull', 'load', 'unload']),
  /** Id of the key, or name of the model, it was done to. */
  target: z.string(),
  /** What was asked for; never a key's text. */
  details: z.record(z.string(), z.unknown()),
  requestId: z.string().nullable(),
});
export type AuditEntry = z.infer<typeof auditEntry>;

export const auditList = z.object({
  object: z.literal('list'),
  data: z.array(auditEntry),
  next: z.int().nullable(),
});
