import type { EngineState } from '../engine.ts';

type Ready = Extract<EngineState, { kind: 'ready' }>;

/**
 * Where a model with several replicas stands: ready as soon as one is. A request that fits its context fits every
 * ready replica's; what the longest takes is told beside it. How many requests run together is known when all of those tell.
 */
export function combinedState(states: readonly EngineState[]): EngineState {
  const [only] = states;
  if (only && states.length === 1) return only;
  const ready = states.filter((state): state is Ready => state.kind === 'ready');
  const [first] = ready;
  if (first) {
    const { longestContext: _, ...rest } = first;
    const contextLength = ofKnown(
      ready.map((state) => state.contextLength),
      (known) => Math.min(...known),
    );
    const longest = ready.map((state) =>
      state.longestContext === undefined ? state.contextLength : state.longestContext,
    );
    const longestContext = longest.reduce((most, each) =>
      most === null || each === null ? null : Math.max(most, each),
    );
    return {
      ...rest,
      contextLength,
      ...(longestContext !== contextLength && { longestContext }),
      slots: ready.reduce((sum: number | null, { slots }) => (sum === null || slots === null ? null : sum + slots), 0),
    };
  }
  const [furthest] = states.filter((state) => state.kind === 'loading').toSorted((a, b) => b.progress - a.progress);
  if (furthest) return furthest;
  if (states.some(({ kind }) => kind === 'available')) return { kind: 'available' };
  const failed = states.filter((state) => state.kind === 'failed');
  return {
    kind: 'failed',
    message: allOf(failed.map(({ message }) => message)),
    ...(failed.some(({ told }) => told !== undefined) && {
      told: allOf(failed.map(({ message, told = message }) => told)),
    }),
  };
}

function allOf(messages: readonly string[]): string {
  return [...new Set(messages)].join(' ') || 'It has no replicas.';
}

/** What is known, taken together; null where nothing is. */
function ofKnown<Count extends number | null>(
  counts: readonly Count[],
  together: (known: readonly NonNullable<Count>[]) => NonNullable<Count>,
): Count {
  const known = counts.filter((count): count is NonNullable<Count> => count !== null);
  return known.length > 0 ? together(known) : (null as Count);
}
