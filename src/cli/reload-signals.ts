/** What `manifold reload` sends. Unlike a hang-up it cannot mean that a terminal was closed. */
export const reloadSignal = 'SIGUSR2';

/**
 * Calls `action` when the server is to read its configuration anew; the result ends that. A hang-up counts where no
 * terminal is that could have been closed.
 */
export function onReloadSignal(isTerminal: boolean, action: () => void): () => void {
  if (process.platform === 'win32') return () => undefined;
  const names = isTerminal ? [reloadSignal] : [reloadSignal, 'SIGHUP'];
  for (const name of names) process.on(name, action);
  return () => {
    for (const name of names) process.off(name, action);
  };
}
