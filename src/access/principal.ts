import type { Scope } from '../api/key.ts';
import type { LimitSet } from '../api/limit-set.ts';

/** Who asks: what a key stands for, never the key itself. */
export interface Principal {
  /** Names the key in logs and records; says nothing about the secret. */
  readonly keyId: string;
  readonly name: string | null;
  readonly owner: string | null;
  readonly team: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly scopes: readonly Scope[];
  /** Model ids, globs (`meta/*`) and families (`family:llama`); null: every model. */
  readonly models: readonly string[] | null;
  /** Paths of endpoints, or globs of them; null: every endpoint of its scopes. */
  readonly endpoints: readonly string[] | null;
  readonly limits: LimitSet;
  /** Share of a busy model beside others' keys. Default: 1. */
  readonly weight: number;
  /** Unix milliseconds. Absent and null: never. */
  readonly expiresAt?: number | null;
}
