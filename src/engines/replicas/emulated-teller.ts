import type { Caller } from '../engine.ts';

/** What one attempt says that its engine does in another way than asked. */
interface EmulatedTeller {
  readonly named: (names: readonly string[]) => void;
  /** The engine took the request: what it named holds. */
  readonly accepted: () => void;
}

/** Tells a caller what the engine that answers does in another way: what one named before does not hold for the next. */
export function createEmulatedTeller({ onEmulated }: Pick<Caller, 'onEmulated'>): () => EmulatedTeller {
  let before: readonly string[] = [];
  return () => {
    let named: readonly string[] = [];
    let isAccepted = false;
    const tell = () => {
      if (named.length > 0 || before.length > 0) onEmulated?.(named);
      before = named;
    };
    return {
      named(names) {
        named = names;
        // A set may say something else later, when another of its replicas took over.
        if (isAccepted) tell();
      },
      accepted() {
        isAccepted = true;
        tell();
      },
    };
  };
}
