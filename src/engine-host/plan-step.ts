import type { StepCosts } from './step-cost.ts';
import { groupStreams, runsOf } from './group-streams.ts';
import { partPrompts } from './part-prompts.ts';

/** An answer that has fewer tokens has only begun. */
const begunTokens = 8;

/** A generation that holds a slot: how many of its tokens are not in the model's memory yet. */
export interface Pending<Owner> {
  readonly owner: Owner;
  /** 1: its next token is decoded; more: its prompt is still being read. */
  readonly tokens: number;
  /** How many of its tokens are in memory: a token looks at those, or in a pool at those of all. */
  readonly depth: number;
  /** How many tokens of its answer there are: a stream that has only begun may be slow while its burst is read. */
  readonly answered: number;
  /** Ascending with age: the lower, the earlier it came. */
  readonly arrival: number;
  /** The id of its sequence; the work is ordered by it. */
  readonly sequence: number;
}

/** How many tokens of whom one batch takes. */
export interface Share<Owner> {
  readonly owner: Owner;
  readonly tokens: number;
}

export interface StepLimits {
  /** Tokens a batch may hold. */
  readonly batchTokens: number;
  /** With streams running, a step that also reads prompts takes at most this many times one without prompts. */
  readonly slowdown: number;
  /** The same while every stream has only begun: the prompts came with theirs, and all answers start sooner so. */
  readonly burstSlowdown: number;
  /** Prompt tokens a round takes at least, so that prompts move on in any case; half of them where it becomes slow. */
  readonly leastPrompt: number;
  /** Milliseconds from which on a round beside streams is slow. */
  readonly slowRoundMs: number;
  /** Whether sequences share cells. Where they do not, only a run of consecutive sequences makes one batch. */
  readonly sharesCells: boolean;
  /** Milliseconds a step that only reads prompts may take: who waits can join, who left can go. */
  readonly promptStepMs: number;
  /** Whether streams go in one batch this time, whatever it is thought to take: what it takes may have changed. */
  readonly triesWhole: boolean;
  /** Whether the oldest prompt goes first this time, rather than the shortest. */
  readonly favoursOldest: boolean;
}

/**
 * Divides the work at hand into batches to run one after the other. Every running stream gets a token in
 * each plan, so none waits longer than one plan for its next; prompts share what time is left.
 */
export function planStep<Owner>(
  work: readonly Pending<Owner>[],
  cost: StepCosts,
  limits: StepLimits,
): Share<Owner>[][] {
  const streams = work.filter(({ tokens }) => tokens === 1);
  const prompts = work.filter(({ tokens }) => tokens > 1);
  if (prompts.length === 0) return groupStreams(streams, cost.streams, limits);
  const withinMs = streams.length === 0 ? limits.promptStepMs : roundMs(streams, prompts, cost, limits);
  const round = { streams, prompts, withinMs };
  return limits.sharesCells ? together(work, round, cost, limits) : inTurn(round, cost, limits);
}

/** Who is in a round that reads prompts, and how long it may take. */
interface Round<Owner> {
  readonly streams: readonly Pending<Owner>[];
  readonly prompts: readonly Pending<Owner>[];
  readonly withinMs: number;
}

/** One batch in the order of the work, which is the order of the slots: shuffled sequences decode slower. */
function together<Owner>(
  work: readonly Pending<Owner>[],
  { streams, prompts, withinMs }: Round<Owner>,
  cost: StepCosts,
  limits: StepLimits,
): Share<Owner>[][] {
  const { batchTokens } = limits;
  const cells = sumOf(work, ({ depth }) => depth);
  const all = (tokens: number) => Math.min(streams.length + tokens, batchTokens);
  const least = all(leastPiece(limits, (tokens) => cost.prompts.of(all(tokens), all(tokens) * cells)));
  let left = cost.prompts.largestWithin(withinMs, least, batchTokens, cells) - streams.length;
  const shares = new Map<Owner, number>(streams.map(({ owner }) => [owner, 1]));
  for (const { owner, tokens } of inOrder(prompts, limits)) {
    const given = Math.min(tokens, left);
    if (given > 0) shares.set(owner, given);
    left -= given;
  }
  return [work.flatMap(({ owner }) => (shares.has(owner) ? [{ owner, tokens: shares.get(owner) ?? 0 }] : []))];
}

/**
 * Where each sequence has cells of its own, the library would take a batch of streams and prompts apart. Prompts of
 * consecutive sequences it reads together.
 */
function inTurn<Owner>(
  { streams, prompts, withinMs }: Round<Owner>,
  cost: StepCosts,
  limits: StepLimits,
): Share<Owner>[][] {
  const { batchTokens, leastPrompt } = limits;
  const groups = groupStreams(streams, cost.streams, limits);
  const streamsMs = sumOf(groups, (group) => cost.streams.of(group.length)) + looksMs(streams, cost);
  const shares: (Share<Owner> & { readonly sequence: number })[] = [];
  let ms = streamsMs;
  let room = batchTokens;
  for (const [at, { owner, tokens, depth, sequence }] of inOrder(prompts, limits).entries()) {
    const least = at > 0 ? 0 : leastPiece(limits, (size) => streamsMs + cost.prompts.of(size, size * depth));
    const fits = cost.prompts.largestWithin(withinMs - ms, least, room, depth);
    const given = Math.min(tokens, fits);
    if (given === 0 || (at > 0 && given < leastPrompt && given < tokens)) break;
    shares.push({ owner, tokens: given, sequence });
    room -= given;
    ms += cost.prompts.of(given, given * depth);
  }
  const ordered = shares.toSorted((a, b) => a.sequence - b.sequence);
  return [...groups, ...runsOf(ordered, limits).flatMap((run) => partPrompts(run, cost.prompts))];
}

/**
 * What is read of a prompt whatever it takes. Smaller pieces take longer per token, and larger ones hold up streams: in a
 * round that is quick nobody sees it.
 */
function leastPiece({ leastPrompt, slowRoundMs }: StepLimits, msWith: (tokens: number) => number): number {
  return msWith(leastPrompt) <= slowRoundMs ? leastPrompt : Math.ceil(leastPrompt / 2);
}

/**
 * How long a round may take beside streams. In a burst the measure is a round of all who wait once they are streams too:
 * were it what one lonely stream takes, its prompts would be read in crumbs.
 */
function roundMs<Owner>(
  streams: readonly Pending<Owner>[],
  prompts: readonly Pending<Owner>[],
  cost: StepCosts,
  { slowdown, burstSlowdown, batchTokens, sharesCells }: StepLimits,
): number {
  const looks = sumOf(streams, ({ depth }) => depth) * (sharesCells ? streams.length : 1);
  if (streams.some(({ answered }) => answered >= begunTokens)) return cost.streams.of(streams.length, looks) * slowdown;
  const all = Math.min(streams.length + prompts.length, batchTokens);
  return cost.streams.of(all, looks) * burstSlowdown;
}

function looksMs<Owner>(streams: readonly Pending<Owner>[], cost: StepCosts): number {
  const looks = sumOf(streams, ({ depth }) => depth);
  return cost.streams.of(streams.length, looks) - cost.streams.of(streams.length);
}

function sumOf<Item>(items: readonly Item[], value: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0);
}

/**
 * The shortest rest first, which lets short prompts past long ones; every few rounds the oldest, so that a stream
 * of short ones cannot hold it up for ever. Of about equal ones those beside each other, since streams of
 * consecutive sequences can be decoded together.
 */
function inOrder<Owner>(prompts: readonly Pending<Owner>[], { favoursOldest }: StepLimits): Pending<Owner>[] {
  const magnitude = ({ tokens }: Pending<Owner>) => Math.ceil(Math.log2(tokens));
  return favoursOldest
    ? prompts.toSorted((a, b) => a.arrival - b.arrival)
    : prompts.toSorted((a, b) => magnitude(a) - magnitude(b) || a.sequence - b.sequence);
}
