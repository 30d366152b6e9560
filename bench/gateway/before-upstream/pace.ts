const wheelSlots = 10;

/** Calls back in a steady rhythm, the members spread over it. */
export interface Pace {
  /** Calls `beat` every so many milliseconds until the function that it returns is called. */
  join(everyMs: number, beat: () => void): () => void;
  /** The most milliseconds that a beat came late since this was asked last. */
  takeLateness(): number;
}

/** One timer for all members of a rhythm: a timer each would cost more than what they write. */
export function createPace(): Pace {
  const wheels = new Map<number, Wheel>();
  return {
    join(everyMs, beat) {
      let wheel = wheels.get(everyMs);
      if (wheel === undefined) wheels.set(everyMs, (wheel = createWheel(everyMs)));
      return wheel.join(beat);
    },
    takeLateness: () => Math.max(0, ...[...wheels.values()].map((wheel) => wheel.takeLateness())),
  };
}

interface Wheel {
  join(beat: () => void): () => void;
  takeLateness(): number;
}

function createWheel(everyMs: number): Wheel {
  const slots = Array.from({ length: wheelSlots }, () => new Set<() => void>());
  const stepMs = everyMs / wheelSlots;
  let next = performance.now() + stepMs;
  let at = 0;
  let joined = 0;
  let lateness = 0;
  setInterval(() => {
    const now = performance.now();
    if (slots.some((slot) => slot.size > 0)) lateness = Math.max(lateness, now - next);
    for (; next <= now; next += stepMs) {
      for (const beat of slots[at] ?? []) beat();
      at = (at + 1) % wheelSlots;
    }
  }, 1);
  return {
    join(beat) {
      const slot = slots[joined++ % wheelSlots];
      slot?.add(beat);
      return () => slot?.delete(beat);
    },
    takeLateness() {
      const taken = lateness;
      lateness = 0;
      return taken;
    },
  };
}
