import type { LoadPlan } from '../../api/internal/engine-host.ts';
import type { HostProcess } from '../embedded/host-process.ts';

interface Parts {
  /** Finds out what the process would take. */
  readonly plan: () => Promise<LoadPlan>;
  readonly onPlan: (plan: LoadPlan) => void;
  /** Throws why it cannot. */
  readonly start: () => HostProcess;
}

/** A process that says first what it would take, and starts when it is told to load, as an engine host does by itself. */
export function startWhenAdmitted({ plan, onPlan, start }: Parts): HostProcess {
  const { promise: exited, resolve: end } = Promise.withResolvers<Awaited<HostProcess['exited']>>();
  let child: HostProcess | undefined;
  let isOver = false;
  const endUnstarted = (lastWords: string) => {
    isOver = true;
    end({ code: null, signal: null, lastWords });
  };
  plan()
    .then((found) => isOver || onPlan(found))
    .catch((failure: unknown) => endUnstarted(String(failure)));
  return {
    get pid() {
      return child?.pid;
    },
    exited,
    tell({ command }) {
      if (command !== 'load' || child || isOver) return;
      try {
        child = start();
      } catch (failure) {
        return endUnstarted(String(failure));
      }
      void child.exited.then(end);
    },
    kill() {
      if (child) child.kill();
      else endUnstarted('It was ended before it started.');
    },
    async stop(graceMs) {
      if (child) return child.stop(graceMs);
      endUnstarted('It was stopped before it started.');
    },
  };
}
