import { describe, expect, it } from 'vitest';
import type { ChatCompletionChunk } from '../../api/chat-completion-chunk.ts';
import { asked, replicaSet } from '../../../test/support/replica-set.ts';
import { finish, piece, role, scriptedEngine, usageOf, type Step } from '../../../test/support/scripted-engine.ts';
import { ManifoldError, type ErrorCode } from '../../errors.ts';

const rounds = 400;
const codes: readonly ErrorCode[] = [
  'engine_disconnected',
  'engine_error',
  'engine_overloaded',
  'engine_unreachable',
  'invalid_value',
  'model_loading',
];

function numbers(seed: number): () => number {
  let state = seed * 7919 + 1;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** A whole answer that says which replica gave it, broken off or held up at a random place, or not at all. */
function randomScript(name: string, random: () => number): readonly Step[] | ManifoldError {
  const pick = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)] as T;
  const failure = new ManifoldError(pick(codes), 'x', random() < 0.3 ? { retryAfterSeconds: 3 } : {});
  if (random() < 0.2) return failure;
  const whole: Step[] = [role(), piece(`${name}0`), piece(`${name}1`), piece(`${name}2`), finish(), usageOf(5, 3)];
  if (random() < 0.35) return whole;
  const at = Math.floor(random() * (whole.length + 1));
  const fault: readonly Step[] = pick([[failure], ['stall'], [], [new TypeError('broken')]] as const);
  return [...whole.slice(0, at), ...fault];
}

interface Told {
  readonly chunks: readonly ChatCompletionChunk[];
  readonly failure: unknown;
}

describe('whatever happens to the replicas', () => {
  it.each(Array.from({ length: rounds }, (_, seed) => seed))(
    'an answer is whole or fails, and is one replica’s (%i)',
    async (seed) => {
      const random = numbers(seed + 1);
      const engines = ['a', 'b', 'c'].slice(0, 1 + Math.floor(random() * 3)).map((name) => ({
        name,
        engine: scriptedEngine(() => randomScript(name, random)),
        tier: Math.floor(random() * 2),
        weight: 1 + Math.floor(random() * 3),
      }));
      const { set, clock, outstanding } = replicaSet(
        engines,
        { timeouts: { firstTokenMs: 300, betweenTokensMs: 100, totalMs: random() < 0.5 ? 500 : Infinity } },
        random,
      );

      const ask = async (at: number): Promise<Told & { readonly isLeft: boolean }> => {
        const leaving = new AbortController();
        const leavesAfterMs = random() < 0.3 ? random() * 400 : Infinity;
        if (Number.isFinite(leavesAfterMs)) {
          clock.after(leavesAfterMs, () => leaving.abort(new ManifoldError('client_closed_request', 'left')));
        }
        const chunks: ChatCompletionChunk[] = [];
        let failure: unknown;
        try {
          for await (const chunk of await set.chat(asked(`${seed} ${at}`), leaving.signal)) chunks.push(chunk);
        } catch (reason) {
          failure = reason;
        }
        return { chunks, failure, isLeft: leaving.signal.aborted };
      };
      const asking = Promise.all(Array.from({ length: 6 }, (_, at) => ask(at)));
      for (let ms = 0; ms < 5000; ms += 50) await clock.advance(50);
      const answers = await asking;

      for (const { chunks, failure, isLeft } of answers) {
        const texts = chunks.flatMap(({ choices }) => choices.flatMap(({ delta }) => delta.content ?? []));
        const replica = texts[0]?.[0] ?? '';
        // In its order, nobody else's, nothing twice.
        expect(texts).toEqual([0, 1, 2].slice(0, texts.length).map((at) => `${replica}${at}`));
        const isFinished = chunks.some(({ choices }) => choices.some((choice) => choice.finish_reason));
        const isTold = failure !== undefined;
        // Whole without a failure; with one, not more than a beginning, and no usage unless it was left at the very end.
        expect(isTold || (texts.length === 3 && isFinished)).toBe(true);
        expect(isTold && !isLeft && chunks.some(({ usage }) => usage)).toBe(false);
        expect(isFinished && texts.length < 3).toBe(false);
      }
      expect([...outstanding.values()].filter((count) => count !== 0)).toEqual([]);
      expect(engines.map(({ engine }) => engine.open())).toEqual(engines.map(() => 0));
      expect(clock.waiting()).toBe(0);
      // Attempts are bounded: three for each request, plus none.
      expect(engines.reduce((sum, { engine }) => sum + engine.requests.length, 0)).toBeLessThanOrEqual(18);
    },
  );
});
