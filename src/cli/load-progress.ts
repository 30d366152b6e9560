import type { EngineState } from '../engines/engine.ts';
import { ManifoldError } from '../errors.ts';
import type { RunningServer } from './running-server.ts';
import { redraw, say, type Terminal } from './terminal.ts';

interface Options {
  readonly quiet?: boolean;
  /** Stops the waiting. */
  readonly signal?: AbortSignal;
}

const pollMs = 100;

/**
 * Shows how the models load, until none is loading: on a terminal as one line that changes, elsewhere as
 * a line at the begin and one at the end of each. Throws when every model failed.
 */
export async function showLoading(
  server: Pick<RunningServer, 'models'>,
  stderr: Terminal['stderr'],
  { quiet = false, signal }: Options = {},
): Promise<void> {
  const show = (text: string) => {
    if (!quiet) stderr.write(text);
  };
  const told = new Set<string>();
  const tellOnce = (line: string) => {
    if (told.has(line)) return;
    told.add(line);
    show(stderr.isTTY ? `\r\u001b[2K${line}\n` : `${line}\n`);
  };
  for (;;) {
    if (signal?.aborted) break;
    const models = server.models();
    for (const { id, state } of models) {
      if (state.kind === 'ready') tellOnce(`${id} is ready: ${capacityOf(state)}`);
      if (state.kind === 'failed') tellOnce(`${id} failed: ${state.message}`);
      if (state.kind === 'available')
        tellOnce(
          state.refused === undefined
            ? `${id} is loaded when it is first asked`
            : `${id} is not loaded: ${state.refused}`,
        );
      if (state.kind === 'loading' && !stderr.isTTY) tellOnce(`${id} is loading`);
    }
    const loading = models.filter(({ state }) => state.kind === 'loading');
    if (loading.length === 0) break;
    if (stderr.isTTY && !quiet) redraw(stderr, loading.map(progressOf).join('  '));
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  const models = server.models();
  if (models.length > 0 && models.every(({ state }) => state.kind === 'failed')) {
    if (quiet)
      for (const { id, state } of models) if (state.kind === 'failed') say(stderr, `${id} failed: ${state.message}`);
    throw new ManifoldError('model_unavailable', 'No model could be loaded; `manifold doctor` looks for the cause.');
  }
}

function capacityOf({ embedding, slots, contextLength }: Extract<EngineState, { kind: 'ready' }>): string {
  if (contextLength === null) return 'reached';
  return embedding === undefined
    ? `${slots === null ? '' : `${slots} slots of `}${contextLength} tokens`
    : `embeddings of ${embedding.size} values, from up to ${contextLength} tokens`;
}

function progressOf({ id, state }: ReturnType<RunningServer['models']>[number]): string {
  const share = state.kind === 'loading' ? state.progress : 1;
  const filled = Math.round(share * 20);
  return `loading ${id} [${'#'.repeat(filled)}${'.'.repeat(20 - filled)}] ${Math.floor(share * 100)}%`;
}
