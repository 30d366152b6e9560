import type { UpstreamKind } from './upstream-kinds.ts';

/** A server that answers for models, or several that are alike. */
export interface UpstreamSettings {
  readonly name: string;
  readonly kind: UpstreamKind;
  readonly replicas: readonly ReplicaSettings[];
  /** A file with an address a line, beside or in place of the replicas; followed while the server runs. */
  readonly replicasFile?: string | undefined;
  /** What the paths of its API begin with, in place of `/v1`. Default: as its addresses say. */
  readonly apiPath?: string | undefined;
  readonly key?: string | undefined;
  /** By the id that clients use: what the server calls the model. Absent: what the server lists, as it is. */
  readonly models?: Readonly<Record<string, string>> | undefined;
  /** Of engines that have the same model, lower ones are asked first. Default: 0. */
  readonly tier?: number | undefined;
  /** It distributes requests by itself: nothing is queued, tried again or bound to a place here. */
  readonly selfRouting: boolean;
  /** For a fleet that has classes of requests (llm-d's inference objective). */
  readonly objective?: string | undefined;
  /** Certificates that are trusted for it, in PEM. */
  readonly ca?: string | undefined;
  readonly connectTimeoutMs: number;
  /** From a request to the first byte of its answer. */
  readonly firstByteTimeoutMs: number;
  /** Between two pieces of an answer, also before its first content. */
  readonly idleTimeoutMs: number;
  /** Default: as its kind has it, and that of the models before a fleet. */
  readonly healthPath?: string | undefined;
  /** Default: as its kind has it. */
  readonly checkMs?: number | undefined;
  /** Whether its models see images. Default: as it tells, else yes. */
  readonly images?: boolean | undefined;
  /** A family's way to write reasoning and calls, where the server leaves them in the text. */
  readonly answerFormat?: string | undefined;
}

export interface ReplicaSettings {
  readonly url: string;
  readonly weight?: number | undefined;
  /** Lower ones are used first. */
  readonly tier?: number | undefined;
  /** Answers at once from which on it counts as full. */
  readonly capacity?: number | undefined;
}
