import type { UpstreamKind } from '../../api/internal/upstream-kinds.ts';
import type { Effort } from '../../api/reasoning.ts';
import type { EngineRequest, OutputConstraint } from '../../api/internal/engine-request.ts';
import type { WordedEffort } from './hosted-thinking.ts';

/** Every field of a request that an engine may know or not. The others are the request itself. */
export type Field = Exclude<keyof EngineRequest, 'model' | 'messages' | 'prompt' | 'output'>;

/**
 * What becomes of a field that asks for something. `sent`: under its own name. `as`: under another; a dotted one is
 * a member of an object. `ours`: Manifold does it, and nothing is sent. `emulated`: done in another way or less strictly,
 * and says so. `refused`: a 400 that names it.
 */
export type Treatment = 'sent' | { readonly as: string } | 'ours' | 'emulated' | 'refused';

/** How a kind of server is told what the content has to be. A rule that is left out cannot be told. */
export type OutputDialect = {
  readonly [Kind in OutputConstraint['kind']]?: (output: OutputConstraint & { kind: Kind }) => Record<string, unknown>;
};

/** What sets a kind of server apart, as data. One file a kind. */
export interface Quirks {
  readonly kind: UpstreamKind;
  readonly fields: Readonly<Record<Field, Treatment>>;
  /**
   * How it is told that nothing is done, where silence asks for what its command line or the files of its model have:
   * the contract's defaults hold everywhere.
   */
  readonly neutral?: Readonly<Partial<Record<Field, number>>>;
  /** How an effort is said to a model, where `fields` says it wrongly for that model. */
  readonly effort?: (model: string, effort: Effort) => WordedEffort | undefined;
  readonly output: OutputDialect;
  /** The same of a text completion, where that is told otherwise. */
  readonly outputOfText?: OutputDialect;
  /** JSON is not enforced there, or not surely: the answer is checked before it leaves, and asked for once more. */
  readonly checksJson?: boolean;
  /** Fields of a request, some of them together, for which its streams are wrong or refused: a plain answer is asked for. */
  readonly plainFor?: readonly (Field | readonly Field[])[];
  /** It closes a connection after so many requests without saying so: each gets one of its own. */
  readonly closesConnections?: boolean;
  /** Without candidates to tell, it tells no log probabilities at all: so many are asked for. */
  readonly leastCandidates?: { readonly chat: number; readonly text: number };
  /** What past reasoning is called in a message; absent where it is not taken. */
  readonly reasoningName?: 'reasoning_content' | 'reasoning';
  /** Whether it knows the role; else it becomes `system`. */
  readonly knowsDeveloper: boolean;
  /** What the field for the most tokens is called. */
  readonly maxTokens: 'max_tokens' | 'max_completion_tokens';
  /** Its models differ in which of OpenAI's fields they take: a refusal that says so is learnt from. */
  readonly learns?: true;
  /** Whether it keeps what it computed apart by `cache_salt`, which is then set for each key; `chats`: of those alone. */
  readonly saltsCache: boolean | 'chats';
  /** Answers 200 when a request would be answered. */
  readonly healthPath: string;
  /** Seconds between looks at its health and its models. */
  readonly checkSeconds: number;
  /** Its limits are not published: how much runs at once is found out. */
  readonly adaptsConcurrency?: boolean;
  /** `text`: prompts of text completions are no token ids. Absent: it has no text completions. */
  readonly completions?: 'text' | 'tokens';
  /** Fields of a request for vectors. */
  readonly embeddings?: readonly (
    | 'dimensions'
    | 'input_type'
    | 'truncate'
    | 'truncate_prompt_tokens'
    | 'keep_alive'
    | 'base64'
  )[];
  readonly tokens?: TokenDialect;
  /** Where it tells how much it has to do, in Prometheus' format. */
  readonly load?: LoadNames;
}

/** A route, and what its figures are called: of several names the first that is there. */
export interface LoadNames {
  readonly path: string;
  readonly running: readonly string[];
  readonly waiting: readonly string[];
  readonly cacheUse: readonly string[];
  /** Changes with every step of its work. Where it has not since the last look, the others are of work that is over. */
  readonly step?: readonly string[];
}

/**
 * `vllm`: as vLLM has them. `sglang`: the same, but for tokens that mark something, which it leaves out unless told not to.
 * `llama-server`: as llama.cpp's server does. `manifold`: ours, with what a model reads.
 */
export type TokenDialect = 'vllm' | 'sglang' | 'llama-server' | 'manifold';
