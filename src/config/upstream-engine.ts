import { z } from 'zod';
import { addressProblem } from '../api/internal/engine-address.ts';
import { upstreamKinds } from '../api/internal/upstream-kinds.ts';
import { replicaPlace, replicaSettings } from './replica-settings.ts';

const address = z.string().superRefine((url, context) => {
  const message = addressProblem(url);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});
/** Its health is looked at by `healthPath`. */
const { timeouts, retries, breaker, stickyUpTo } = replicaSettings.shape;
const choosing = { timeouts, retries, breaker, stickyUpTo };
const seconds = z.number().gt(0).max(86_400);

const replica = z.union([
  address,
  z.strictObject({
    url: address,
    ...replicaPlace,
  }),
]);

/** A server elsewhere that answers for models: one address, or several at which it is the same. */
export const upstreamEngine = z
  .strictObject({
    /** Default: its kind. */
    name: z
      .string()
      .regex(/^[\w.-]{1,64}$/, 'A name is 1 to 64 letters, digits, `_.-`')
      .optional(),
    /** `openai`: any server that speaks OpenAI's API. */
    kind: z.enum(upstreamKinds).default('openai'),
    /** With or without `/v1`, or with another version in its place. Hosted NIM and Ollama have one by default. */
    url: address.optional(),
    replicas: z.array(replica).min(1).max(1024).optional(),
    /** A file with an address a line, followed while the server runs. */
    replicasFile: z.string().min(1).optional(),
    /** What the paths of its API begin with, after the address. Default: `/v1`, or the version that the address ends with. */
    apiPath: z
      .string()
      .regex(/^(\/[\w.-]+)*$/, 'A path begins with `/` and ends without; `""` is none')
      .optional(),
    key: z.string().min(1).optional(),
    /** Where the key is: an environment variable, or a file. */
    keyFrom: z
      .union([z.strictObject({ env: z.string().min(1) }), z.strictObject({ file: z.string().min(1) })])
      .optional(),
    /** Ids, or ids and what the server calls them. Default: what it lists. */
    models: z.union([z.array(z.string().min(1)).min(1), z.record(z.string().min(1), z.string().min(1))]).optional(),
    /** Where several engines have one model: higher tiers take over where lower ones, and this machine, are full or broken. */
    tier: z.int().min(0).max(9).default(0),
    /** A fleet that distributes requests by itself (llm-d, Dynamo, KServe, Ray Serve). */
    selfRouting: z.boolean().default(false),
    /** llm-d's inference objective, for all requests. */
    objective: z
      .string()
      .regex(/^[\w.-]{1,128}$/)
      .optional(),
    /** Certificates that are trusted for it, in place of the system's. Certificates are always checked. */
    tls: z.strictObject({ ca: z.string().min(1) }).optional(),
    ...choosing,
    /** Answers 200 when a request would be answered. Default: by kind. */
    healthPath: z
      .string()
      .regex(/^\/[\w./-]{0,200}$/, 'A path begins with `/`')
      .optional(),
    /** Between two looks at its health and its models. Default: 5 to 300, by kind. */
    checkSeconds: seconds.optional(),
    /** Whether its models see images. Default: as it tells, else yes: one that does not refuses them itself. */
    images: z.boolean().optional(),
    /** A family's way to write reasoning and calls, where the server leaves them in the text: `hermes`, `llama-3` … */
    answerFormat: z.string().min(1).optional(),
  })
  .superRefine((engine, context) => {
    const hasAddress = engine.url !== undefined || engine.replicas !== undefined || engine.replicasFile !== undefined;
    const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (!hasAddress && engine.kind !== 'hosted-nim' && engine.kind !== 'ollama')
      refuse('url', 'Give a `url`, `replicas` or a `replicasFile`.');
    if (engine.url !== undefined && engine.replicas !== undefined) refuse('replicas', 'Give a `url` or `replicas`.');
    if (engine.key !== undefined && engine.keyFrom !== undefined) refuse('keyFrom', 'Give a `key` or `keyFrom`.');
    const count = (engine.replicas?.length ?? 0) + (engine.replicasFile === undefined ? 0 : 2);
    if (engine.selfRouting && count > 1) refuse('selfRouting', 'A fleet that routes by itself has one address.');
    if (engine.objective !== undefined && !engine.selfRouting) refuse('objective', 'It needs `selfRouting: true`.');
  });
export type UpstreamEngine = z.infer<typeof upstreamEngine>;
