import { z } from 'zod';
import { matchesGlob } from '../lib/glob.ts';

const perMillion = z.number().min(0).max(1_000_000);

/** What a model's tokens cost, in US dollars per million. */
export const price = z.strictObject({
  input: perMillion,
  /** Of input tokens that were computed before. Default: as other input. */
  cachedInput: perMillion.optional(),
  output: perMillion.default(0),
});
export type Price = z.infer<typeof price>;

/** By model id, or by a pattern in which `*` stands for any text. */
export const priceTable = z.record(z.string().min(1), price);
export type PriceTable = z.infer<typeof priceTable>;

/** Tokens that a price is put on. The cached ones are part of the prompt's. */
export interface PricedTokens {
  readonly prompt: number;
  readonly cached: number;
  readonly completion: number;
}

/** A millionth of a dollar for a million tokens is a whole number of these for one. */
const picosPerUnit = 1_000_000;
const picosPerNano = 1000n;

/** What tokens cost in whole billionths of a dollar, rounded up. More of any token never costs less. */
export function costNanos({ input, cachedInput = input, output }: Price, tokens: PricedTokens): number {
  const cached = Math.min(tokens.cached, tokens.prompt);
  const picos =
    picosOf(input) * BigInt(tokens.prompt - cached) +
    picosOf(cachedInput) * BigInt(cached) +
    picosOf(output) * BigInt(tokens.completion);
  const nanos = (picos + picosPerNano - 1n) / picosPerNano;
  return nanos > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(nanos);
}

/** The most that so many tokens can cost, whatever of the prompt was computed before. */
export function highestCostNanos(of: Price, tokens: Omit<PricedTokens, 'cached'>): number {
  const { input, cachedInput = input } = of;
  return costNanos({ ...of, input: Math.max(input, cachedInput) }, { ...tokens, cached: 0 });
}

/** The price of a model: that of its id, else that of the longest pattern that fits it. */
export function priceOf(table: PriceTable, model: string): Price | undefined {
  if (Object.hasOwn(table, model)) return table[model];
  const patterns = Object.keys(table).filter((pattern) => pattern.includes('*') && matchesGlob(pattern, model));
  const [longest] = patterns.toSorted((a, b) => b.length - a.length);
  return longest === undefined ? undefined : table[longest];
}

function picosOf(perMillionTokens: number): bigint {
  return BigInt(Math.round(perMillionTokens * picosPerUnit));
}
